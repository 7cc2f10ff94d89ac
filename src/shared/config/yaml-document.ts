import { isMap, isScalar, isSeq, LineCounter, parseAllDocuments, type Document } from 'yaml';

/** One YAML document as plain data, with the lines of its parts. */
export interface YamlDocument {
  readonly value: unknown;
  /** Syntax errors and repeated keys; `value` must not be used when there are any. */
  readonly problems: readonly { readonly line: number; readonly detail: string }[];
  /** Line in the file, from 1, of the part that a JSON Pointer names, or of the nearest part around it. */
  readonly lineOf: (pointer: string) => number;
}

/** Reads YAML of the core schema. Aliases are refused: a few lines of them can stand for gigabytes. */
export function readYaml(text: string): readonly YamlDocument[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  if (!Array.isArray(documents)) return [];
  return documents.map((document) => describe(document, lines));
}

function describe(document: Document.Parsed, lines: LineCounter): YamlDocument {
  const problems = document.errors.map((error) => ({
    line: lines.linePos(error.pos[0]).line,
    detail: error.message,
  }));
  const lineOf = (pointer: string) => lines.linePos(offsetOf(document, pointer)).line;
  if (problems.length > 0) return { value: undefined, problems, lineOf };
  try {
    return { value: document.toJS({ maxAliasCount: 0 }), problems, lineOf };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return {
      value: undefined,
      problems: [{ line: lineOf(''), detail: `cannot be read: ${detail}` }],
      lineOf,
    };
  }
}

function offsetOf(document: Document.Parsed, pointer: string): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range[0] ?? document.range[0];
  for (const token of pointer.split('/').slice(1)) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === name);
      if (!pair) return offset;
      offset = (isScalar(pair.key) ? pair.key.range?.[0] : undefined) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(name)];
      offset = (node as { range?: [number, number, number] } | undefined)?.range?.[0] ?? offset;
    } else return offset;
  }
  return offset;
}
