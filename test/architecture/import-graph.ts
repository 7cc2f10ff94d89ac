import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

/** One import of a module: of another module (`to` is its path) or of a package (`package` is its name). */
export interface Import {
  readonly specifier: string;
  /** Path of the imported module from the repository's root; absent for packages. */
  readonly to?: string;
  /** Name of the package, `node:fs` for built-ins; absent for modules. */
  readonly package?: string;
  /** Gone at run time. */
  readonly isType: boolean;
  /** `import()`: loaded when it is reached. */
  readonly isDynamic: boolean;
}

/** A source file and what it imports. */
export interface Module {
  readonly path: string;
  readonly source: string;
  readonly imports: readonly Import[];
}

/** Modules by path from the repository's root. */
export type ImportGraph = ReadonlyMap<string, Module>;

/** Reads every TypeScript file below `folder`. */
export function readSources(root: string, folder: string): Map<string, string> {
  const sources = new Map<string, string>();
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (!entry.isFile() || !/\.tsx?$/.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    sources.set(relative(root, path), readFileSync(path, 'utf8'));
  }
  return sources;
}

/** The graph of the sources. Throws when a relative import leads nowhere, since such a graph would prove nothing. */
export function graphOf(sources: ReadonlyMap<string, string>): ImportGraph {
  const graph = new Map<string, Module>();
  for (const [path, source] of sources) {
    graph.set(path, { path, source, imports: importsOf(path, withoutComments(source)) });
  }
  for (const { path, imports } of graph.values()) {
    for (const { to, specifier } of imports) {
      if (to !== undefined && !graph.has(to))
        throw new Error(`${path} imports ${specifier}, which is not there`);
    }
  }
  return graph;
}

/** Modules that are loaded once `start` is, dynamic imports included, types not. */
export function loadedBy(graph: ImportGraph, start: Iterable<string>): ReadonlySet<string> {
  const seen = new Set<string>();
  const open = [...start];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    for (const { to, isType } of graph.get(path)?.imports ?? [])
      if (to !== undefined && !isType) open.push(to);
  }
  return seen;
}

/** One cycle of imports as a list of paths, of types too; undefined when there is none. */
export function findCycle(graph: ImportGraph): readonly string[] | undefined {
  const done = new Set<string>();
  const trail: string[] = [];
  function visit(path: string): readonly string[] | undefined {
    if (done.has(path)) return undefined;
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    trail.push(path);
    for (const { to } of graph.get(path)?.imports ?? []) {
      const cycle = to === undefined ? undefined : visit(to);
      if (cycle) return cycle;
    }
    trail.pop();
    done.add(path);
    return undefined;
  }
  for (const path of graph.keys()) {
    const cycle = visit(path);
    if (cycle) return cycle;
  }
  return undefined;
}

/** The source without its comments, line by line where it was. Strings that look like comments are kept. */
export function withoutComments(source: string): string {
  return source.replace(
    /('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
    (all, text: string | undefined) => text ?? all.replaceAll(/[^\n]/g, ''),
  );
}

const statement = /^\s*(?:import|export)\s+(type\s+)?([^;'"]*?\sfrom\s+)?['"]([^'"]+)['"]/gm;
const call = /(typeof\s+)?\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

function importsOf(path: string, source: string): Import[] {
  const imports: Import[] = [];
  for (const [, type, clause = '', specifier = ''] of source.matchAll(statement)) {
    imports.push(
      resolve(path, specifier, { isType: type !== undefined || namesOnlyTypes(clause), isDynamic: false }),
    );
  }
  for (const [, type, specifier = ''] of source.matchAll(call)) {
    imports.push(resolve(path, specifier, { isType: type !== undefined, isDynamic: true }));
  }
  return imports;
}

function namesOnlyTypes(clause: string): boolean {
  const names = /^\{([^}]*)\}/
    .exec(clause)?.[1]
    ?.split(',')
    .filter((name) => name.trim() !== '');
  return names !== undefined && names.length > 0 && names.every((name) => /^\s*type\s/.test(name));
}

function resolve(path: string, specifier: string, how: Pick<Import, 'isType' | 'isDynamic'>): Import {
  if (specifier.startsWith('.')) {
    return { specifier, to: normalize(join(dirname(path), specifier)).replace(/\.js(x?)$/, '.ts$1'), ...how };
  }
  const parts = specifier.split('/');
  return { specifier, package: parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/'), ...how };
}
