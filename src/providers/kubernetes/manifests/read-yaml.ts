import {
  isScalar,
  LineCounter,
  parseAllDocuments,
  visit,
  type Document,
  type ParsedNode,
  type Tags,
} from 'yaml';
import { isJson } from '../json.js';
import type { Problem } from './problem.js';

/** One document of a YAML stream as the API server would get it from kubectl. */
export interface YamlDocument {
  readonly value: unknown;
  /** Line where its content begins, from 1. */
  readonly line: number;
  /** Place in the stream, from 1; empty documents count. */
  readonly index: number;
}

const MOST_BYTES = 1024 * 1024;
const MOST_DOCUMENTS = 1_000;
const MOST_ALIASES = 50;
const MOST_DEPTH = 100;

/**
 * Reads YAML as kubectl does: booleans and octals of YAML 1.1, but neither dates nor base-60 numbers nor binary, and
 * `0o` octals too. Unlike kubectl a repeated key is an error. `name` is put before line and column of problems.
 */
export function readYaml(
  text: string,
  name: string,
): { readonly documents: readonly YamlDocument[]; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const report = (where: string, said: string) => void problems.push({ level: 'error', where, said });
  if (Buffer.byteLength(text) > MOST_BYTES) {
    report(name, `is larger than ${MOST_BYTES / 1024 / 1024} MiB`);
    return { documents: [], problems };
  }
  const lines = new LineCounter();
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  const documents: YamlDocument[] = [];
  for (const [at, document] of parsed(text, lines, (said) => report(name, said)).entries()) {
    const index = at + 1;
    const start = document.contents?.range[0] ?? document.range[0];
    for (const error of document.errors) {
      report(`${place(error.pos[0])} (document ${index})`, firstLine(error.message));
    }
    const fault = keyFaultOf(document);
    if (fault) report(`${place(fault.at)} (document ${index})`, fault.said);
    if (document.errors.length > 0 || fault) continue;
    try {
      const value: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
      if (depthOf(value) > MOST_DEPTH) throw new Error(`it is nested deeper than ${MOST_DEPTH} levels`);
      documents.push({ value, line: lines.linePos(start).line, index });
    } catch (error) {
      report(`${place(start)} (document ${index})`, error instanceof Error ? error.message : String(error));
    }
  }
  return { documents, problems };
}

function parsed(
  text: string,
  lineCounter: LineCounter,
  report: (said: string) => void,
): readonly Document.Parsed[] {
  try {
    const documents = parseAllDocuments(text, {
      version: '1.1',
      merge: true,
      // The library compares every key with every other one; see repeatedKeyOf.
      uniqueKeys: false,
      customTags: kubectlTags,
      lineCounter,
      prettyErrors: false,
    });
    if (!Array.isArray(documents)) return [];
    if (documents.length > MOST_DOCUMENTS) report(`has more than ${MOST_DOCUMENTS} documents`);
    return documents.length > MOST_DOCUMENTS ? [] : documents;
  } catch (error) {
    // The parser recurses, so very deep nesting ends its stack.
    if (!(error instanceof RangeError)) throw error;
    report('is nested too deeply to be read');
    return [];
  }
}

/** Tags of YAML 1.1 that Go's reader for JSON-shaped YAML does not know. */
const FOREIGN = new Set(
  ['timestamp', 'binary', 'omap', 'pairs', 'set'].map((tag) => `tag:yaml.org,2002:${tag}`),
);

function kubectlTags(tags: Tags): Tags {
  const kept = tags.filter(
    (tag) => typeof tag === 'string' || !(FOREIGN.has(tag.tag) || ('format' in tag && tag.format === 'TIME')),
  );
  return [...kept, MODERN_OCTAL];
}

const MODERN_OCTAL = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  test: /^[-+]?0o[0-7_]+$/,
  resolve: (text: string) => {
    const digits = parseInt(text.replaceAll('_', '').replace(/^[-+]?0o/, ''), 8);
    return text.startsWith('-') ? -digits : digits;
  },
};

/** A key that is a map or list, as an unquoted `{{name}}` reads in YAML, or one that its map has already. */
function keyFaultOf(document: Document.Parsed): { readonly at: number; readonly said: string } | undefined {
  let fault: { readonly at: number; readonly said: string } | undefined;
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        const at = (key as ParsedNode | null)?.range?.[0] ?? 0;
        const name = isScalar(key) ? key.value : null;
        if (key !== null && !isScalar(key)) {
          fault = { at, said: 'a key must be a text; a template needs quotes: "{{name}}"' };
        } else if (seen.has(name)) {
          fault = { at, said: `the key ${String(name)} is there already; keep one of them` };
        }
        if (fault) return visit.BREAK;
        seen.add(name);
      }
      return undefined;
    },
  });
  return fault;
}

function firstLine(message: string): string {
  return message.split('\n')[0] ?? message;
}

function depthOf(value: unknown): number {
  const children: unknown[] = Array.isArray(value) ? value : isJson(value) ? Object.values(value) : [];
  let deepest = 0;
  for (const child of children) deepest = Math.max(deepest, depthOf(child));
  return deepest + 1;
}
