import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Catalog } from '../../providers/catalog.js';
import type { Environment, Service, Target } from '../../shared/contract/configuration.js';
import { outlineOf, type Thing } from '../../shared/config/configuration-document.js';
import { readYaml, type YamlDocument } from '../../shared/config/yaml-document.js';
import type { Violation } from '../../shared/schema/schema.js';
import { within } from '../violations.js';
import { judgeTarget } from '../use-cases/judge-target.js';
import { violationsOf } from './things.js';

/** Everything that the files of a folder configure, proven by the schemas of the API. Targets are by `service/environment`. */
export interface Wanted {
  readonly services: ReadonlyMap<string, Service>;
  readonly environments: ReadonlyMap<string, Environment>;
  readonly targets: ReadonlyMap<string, Target>;
  readonly prune: boolean;
}

/** A thing and where its file names it. */
interface Placed {
  readonly thing: Thing;
  readonly place: (pointer: string) => string;
}

/** Reads all `*.yaml` and `*.yml` files of a folder. Answers what they want, or every problem as `file:line …`. */
export async function readConfigurationFiles(
  folder: string,
  catalog: Catalog,
): Promise<{ readonly wanted: Wanted; readonly problems: readonly string[] }> {
  const problems: string[] = [];
  const placed: Placed[] = [];
  let prune = false;
  for (const file of (await readdir(folder)).sort()) {
    if (!/\.ya?ml$/.test(file)) continue;
    for (const document of readYaml(await readFile(join(folder, file), 'utf8'))) {
      const read = readDocument(file, document, catalog);
      problems.push(...read.problems);
      placed.push(...read.placed);
      prune ||= read.prune;
    }
  }
  const wanted = {
    services: new Map<string, Service>(),
    environments: new Map<string, Environment>(),
    targets: new Map<string, Target>(),
  };
  for (const { thing, place } of placed) {
    const [map, name] = homeOf(thing, wanted);
    if (map.has(name)) problems.push(`${place(thing.pointer)} ${thing.kind} ${name} is configured twice`);
    map.set(name, thing.value);
  }
  return { wanted: { ...wanted, prune }, problems };
}

function readDocument(file: string, document: YamlDocument, catalog: Catalog) {
  const place = (pointer: string) => `${file}:${document.lineOf(pointer)}`;
  if (document.problems.length > 0) {
    return {
      problems: document.problems.map(({ line, detail }) => `${file}:${line} ${detail}`),
      placed: [],
      prune: false,
    };
  }
  const outline = outlineOf(document.value);
  const problems = outline.violations.map(({ pointer, detail }) => `${place(pointer)} ${pointer} ${detail}`);
  const placed: Placed[] = [];
  for (const thing of outline.things) {
    const found = judge(thing, catalog);
    problems.push(...found.map(({ pointer, detail }) => `${place(pointer)} ${pointer} ${detail}`));
    if (found.length === 0) placed.push({ thing, place });
  }
  return { problems, placed, prune: outline.prune };
}

function judge(thing: Thing, catalog: Catalog): readonly Violation[] {
  const found = violationsOf(thing);
  if (found.length > 0 || thing.kind !== 'target') return found;
  return within(thing.pointer, judgeTarget(catalog, thing.value as Target));
}

function homeOf(thing: Thing, wanted: Omit<Wanted, 'prune'>): [Map<string, unknown>, string] {
  if (thing.kind === 'target')
    return [wanted.targets as Map<string, unknown>, `${String(thing.service)}/${String(thing.environment)}`];
  const map = thing.kind === 'service' ? wanted.services : wanted.environments;
  return [map as Map<string, unknown>, String(thing.name)];
}
