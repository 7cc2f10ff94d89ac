import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { outlineOf, type Thing } from '../shared/config/configuration-document.js';
import { readYaml, type YamlDocument } from '../shared/config/yaml-document.js';
import { EXIT } from './exit-code.js';
import { Stop } from './stop.js';

/** A service, environment or target as files want it. */
export interface Wanted {
  readonly kind: Thing['kind'];
  /** `target shop/staging`. */
  readonly title: string;
  /** Where the API keeps it. */
  readonly path: string;
  /** Where the API keeps what must be there before it. */
  readonly needs: readonly string[];
  readonly value: unknown;
  /** `file:line` of a part of the value, by JSON Pointer. */
  place(pointer: string): string;
}

const ORDER: readonly Thing['kind'][] = ['service', 'environment', 'target'];

/**
 * Everything that files, folders of `*.yaml` and `*.yml`, and standard input (`-`) configure, in the order in which
 * it can be written. Throws a `Stop` with every problem of every file.
 */
export async function readConfiguration(sources: readonly string[]): Promise<readonly Wanted[]> {
  const problems: string[] = [];
  const wanted = new Map<string, Wanted>();
  for (const { name, content } of await contentsOf(sources)) {
    for (const document of readYaml(content)) {
      const { things, violations } = document.problems.length > 0 ? NOTHING : outlineOf(document.value);
      problems.push(...document.problems.map(({ line, detail }) => `${name}:${line} ${detail}`));
      problems.push(
        ...violations.map(
          ({ pointer, detail }) => `${placeIn(name, document, pointer)} ${pointer} ${detail}`,
        ),
      );
      for (const each of things.map((thing) =>
        wantedOf(thing, (pointer) => placeIn(name, document, pointer)),
      )) {
        const twice = wanted.get(each.path);
        if (twice)
          problems.push(`${each.place('')} ${each.title} is configured twice, also in ${twice.place('')}`);
        wanted.set(each.path, each);
      }
    }
  }
  if (problems.length > 0) throw new Stop(EXIT.invalid, `Nothing was applied:\n${problems.join('\n')}`);
  return ORDER.flatMap((kind) => [...wanted.values()].filter((each) => each.kind === kind));
}

const NOTHING = { things: [], violations: [] };

function placeIn(name: string, document: YamlDocument, pointer: string): string {
  return `${name}:${document.lineOf(pointer)}`;
}

function wantedOf(thing: Thing, place: (pointer: string) => string): Wanted {
  const names = thing.kind === 'target' ? [thing.service, thing.environment] : [thing.name];
  const needs =
    thing.kind === 'target'
      ? [pathOf('service', [thing.service]), pathOf('environment', [thing.environment])]
      : [];
  const { kind, value, pointer } = thing;
  return {
    kind,
    title: `${kind} ${names.map(String).join('/')}`,
    path: pathOf(kind, names),
    needs,
    value,
    place: (inner) => place(`${pointer}${inner}`),
  };
}

function pathOf(kind: Thing['kind'], names: readonly unknown[]): string {
  return `/v1/${kind}s/${names.map((name) => encodeURIComponent(String(name))).join('/')}`;
}

interface Content {
  readonly name: string;
  readonly content: string;
}

async function contentsOf(sources: readonly string[]): Promise<readonly Content[]> {
  const found: Content[] = [];
  for (const source of sources) {
    if (source === '-') found.push({ name: 'stdin', content: await text(process.stdin) });
    else
      for (const name of await filesOf(source)) found.push({ name, content: await readFile(name, 'utf8') });
  }
  return found;
}

async function filesOf(source: string): Promise<readonly string[]> {
  const about = await stat(source).catch((error: unknown) => {
    throw new Stop(
      EXIT.invalid,
      `${source} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  });
  if (!about.isDirectory()) return [source];
  const names = (await readdir(source)).filter((name) => /\.ya?ml$/.test(name)).sort();
  return names.map((name) => join(source, name));
}
