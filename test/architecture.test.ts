import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

import { EVENTS } from '../src/shared/domain/events.js';
import { FAILURES } from '../src/shared/domain/failures.js';
import { ENDED_NAMES, LIVE_NAMES } from '../src/shared/domain/state.js';
import { findCycle, graphOf, loadedBy, readSources, withoutComments } from './architecture/import-graph.js';
import type { ImportGraph } from './architecture/import-graph.js';
import { codeLinesOf, violationsOf } from './architecture/layers.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = readSources(root, 'src');
const graph = graphOf(sources);

/** Source files that may have up to 300 lines of code each; tests, scripts and simulators are code too. */
const limited = ['src', 'web', 'test', 'scripts', 'bench'].flatMap((folder) => [
  ...readSources(root, folder),
]);

const sdks = /^(@aws-sdk\/client-elastic-beanstalk|@kubernetes\/client-node|google-auth-library)$/;

describe('the import graph of src', () => {
  test('was read: it has the modules and imports of a service, not of an empty folder', () => {
    const imports = [...graph.values()].flatMap((module) => module.imports);

    expect(graph.size).toBeGreaterThan(60);
    expect(imports.filter(({ to }) => to !== undefined).length).toBeGreaterThan(150);
    expect(imports.filter((one) => one.package !== undefined).length).toBeGreaterThan(25);
    expect(imports.some(({ isType }) => isType)).toBe(true);
    expect(imports.some(({ isDynamic }) => isDynamic)).toBe(true);
  });

  test('keeps to the layers, the doors of the packages and the rules for names', () => {
    expect(violationsOf(graph)).toEqual([]);
  });

  test('has no cycle', () => {
    expect(findCycle(graph)).toBeUndefined();
  });

  test('never leads from the API to provider code, to an SDK of a cloud or to the workers', () => {
    const api = [...graph.keys()].filter((path) => path.startsWith('src/api/'));

    const loaded = loadedBy(graph, api);

    expect([...loaded].filter(isOutOfBounds)).toEqual([]);
    expect(packagesOf(graph, loaded).filter((name) => sdks.test(name))).toEqual([]);
  });

  test('loads S3 only when a setting asks for it', () => {
    const eager = [...graph.values()].flatMap(({ path, imports }) =>
      imports
        .filter((one) => !one.isType && !one.isDynamic && one.to === 'src/shared/blobs/s3.ts')
        .map(() => path),
    );

    expect(eager).toEqual([]);
  });
});

describe('the web page', () => {
  const page = [...readSources(root, 'web/src')];
  const fromSrc = page.flatMap(([path, source]) =>
    [...source.matchAll(/^(?:import|export)[^;]*?from '(?:\.\.\/)+src\/([^']+)'/gm)].map(
      ([text, to = '']) => ({
        path,
        to,
        isType: text.startsWith('import type'),
      }),
    ),
  );

  test('takes types alone from the service, and only those of the contract and the domain', () => {
    expect(page.length).toBeGreaterThan(50);
    expect(fromSrc.length).toBeGreaterThan(20);
    expect(fromSrc.filter(({ isType, to }) => !isType || !/^shared\/(contract|domain)\//.test(to))).toEqual(
      [],
    );
  });
});

describe('every file', () => {
  test('has at most 300 lines of code', () => {
    const long = limited
      .map(([path, source]) => `${codeLinesOf(withoutComments(source))} ${path}`)
      .filter((line) => Number.parseInt(line, 10) > 300);

    expect(limited.length).toBeGreaterThan(150);
    expect(long).toEqual([]);
  });
});

describe('the catalogues', () => {
  test('have no failure code that nothing reports', () => {
    expect(Object.keys(FAILURES).filter((code) => !isSpoken(code, 'failures.ts'))).toEqual([]);
  });

  test('have no event code that nothing writes', () => {
    const silent = Object.keys(EVENTS).filter(
      (code) => !isSpoken(code, 'events.ts') && !isSpokenByPattern(code),
    );

    expect(silent).toEqual([]);
  });
});

describe('the checker itself', () => {
  test.each([
    ['src/shared/domain/planted.ts', "import { readFileSync } from 'node:fs';", 'must stay pure'],
    [
      'src/shared/domain/planted.ts',
      "import '../redis.js';",
      '(domain) imports src/shared/redis.ts (shared)',
    ],
    ['src/api/planted.ts', "import { startWorker } from '../workers/main.js';", '(api) imports'],
    ['src/api/planted.ts', "const worker = await import('../workers/main.js');", '(api) imports'],
    ['src/api/planted.ts', "import {\n  Queue,\n} from 'bullmq';", 'another door'],
    ['src/workers/planted.ts', "import { Redis } from 'ioredis';", 'another door'],
    ['src/workers/planted.ts', "import express from 'express';", 'another door'],
    ['src/shared/planted.ts', "export * from 'left-pad';", 'no door'],
    ['src/providers/other/planted.ts', "import '../elastic-beanstalk/gateway.js';", 'does not know another'],
    ['src/shared/string-utils.ts', '', 'does not say what is in it'],
    ['src/shared/BadName.ts', '', 'is not kebab-case'],
    ['src/elsewhere/planted.ts', '', 'belongs to no layer'],
  ])('sees what is wrong with %s: %s', (path, source, expected) => {
    const planted = graphOf(new Map([...sources, [path, source]]));

    expect(
      violationsOf(planted)
        .filter((line) => line.startsWith(path))
        .join(),
    ).toContain(expected);
  });

  test('does not mistake a comment or a type for code that runs', () => {
    const planted = new Map([
      [
        'src/workers/planted.ts',
        "// import 'express';\n/* import 'express'; */\nimport type { Redis } from 'ioredis';",
      ],
    ]);

    expect(violationsOf(graphOf(planted))).toEqual([]);
  });

  test('sees a provider behind a detour', () => {
    const detour = new Map([
      ...sources,
      ['src/api/planted.ts', "import '../shared/planted.js';"],
      ['src/shared/planted.ts', "import '../providers/elastic-beanstalk/gateway/reads.js';"],
    ]);

    const planted = graphOf(detour);
    const loaded = loadedBy(planted, ['src/api/planted.ts']);

    expect([...loaded].filter(isOutOfBounds)).toContain('src/providers/elastic-beanstalk/gateway/reads.ts');
    expect(packagesOf(planted, loaded)).toContain('@aws-sdk/client-elastic-beanstalk');
  });

  test('sees a cycle', () => {
    const cycle = new Map([
      ['src/api/a.ts', "import './b.js';"],
      ['src/api/b.ts', "import './c.js';"],
      ['src/api/c.ts', "import type { A } from './a.js';"],
    ]);

    expect(findCycle(graphOf(cycle))).toHaveLength(4);
  });

  test('refuses a graph with an import that leads nowhere', () => {
    expect(() => graphOf(new Map([['src/api/a.ts', "import './gone.js';"]]))).toThrow('./gone.js');
  });
});

function isOutOfBounds(path: string): boolean {
  if (path === 'src/providers/catalog.ts' || /^src\/providers\/[^/]+\/target\.ts$/.test(path)) return false;
  return /^src\/(providers|workers)\//.test(path);
}

function packagesOf(among: ImportGraph, paths: Iterable<string>): string[] {
  const imports = [...paths].flatMap((path) => among.get(path)?.imports ?? []);
  return imports.flatMap((one) => (one.package !== undefined && !one.isType ? [one.package] : []));
}

function isSpoken(code: string, catalogue: string): boolean {
  const quoted = new RegExp(`['"\`]${code.replaceAll('.', '\\.')}['"\`]`);
  return [...sources].some(([path, source]) => !path.endsWith(`domain/${catalogue}`) && quoted.test(source));
}

/** Codes that are composed: `deployment.<state>` for states, `step.failed` and `stage.failed` for what failed. */
function isSpokenByPattern(code: string): boolean {
  const [subject = '', news = ''] = code.split('.');
  const all = [...sources.values()].join('\n');
  const isState = [...LIVE_NAMES, ...ENDED_NAMES].some((name) => name === news);
  if (subject === 'deployment' && isState) return all.includes('`deployment.${');
  return ['step', 'stage'].includes(subject) && all.includes(`}.${news}\``);
}
