import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { missingFromLockfile, type Packages } from '../../scripts/set-up/lockfile.mjs';
import { firstDifference, checkNode } from '../../scripts/set-up/packages.mjs';
import { findRedis, freePort, onPath } from '../../scripts/set-up/redis.mjs';
import { addUp, afterAnother, closingLine, exitCodeOf, type FileTally } from '../../scripts/test/tally.mjs';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'beanpod-set-up-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the packages', () => {
  const locked = {
    'node_modules/a': { version: '1.0.0' },
    'node_modules/for-another-platform': { version: '1.0.0', optional: true },
  };

  test('are installed when there are none', () => {
    write('package-lock.json', locked);

    expect(firstDifference(folder)).toBe('none are installed');
  });

  test('are left alone when they are those of the lockfile, whatever the dates of the files say', () => {
    write('node_modules/.package-lock.json', { 'node_modules/a': { version: '1.0.0' } });
    write('package-lock.json', locked);

    expect(firstDifference(folder)).toBeUndefined();
  });

  test.each([
    ['is missing', {}, 'a is missing, locked is 1.0.0'],
    ['is older', { 'node_modules/a': { version: '0.9.0' } }, 'a is 0.9.0, locked is 1.0.0'],
  ])('are installed again when one %s', (_, installed, expected) => {
    write('node_modules/.package-lock.json', installed);
    write('package-lock.json', locked);

    expect(firstDifference(folder)).toBe(expected);
  });

  test('are not touched by a Node.js that cannot run them', () => {
    expect(() => checkNode('18.20.0')).toThrow('needs Node.js 20.19 or newer. This is 18.20.0.');
    expect(() => checkNode('20.18.3')).toThrow('This is 20.18.3');
    expect(() => checkNode('20.19.0')).not.toThrow();
    expect(() => checkNode('24.0.0')).not.toThrow();
  });

  function write(path: string, packages: object): void {
    mkdirSync(join(folder, 'node_modules'), { recursive: true });
    writeFileSync(join(folder, path), JSON.stringify({ packages }));
  }
});

describe('the lockfile', () => {
  test('names the packages of every platform, or npm ci refuses it: npm run lockfile adds them', () => {
    const file = new URL('../../package-lock.json', import.meta.url);
    const { packages } = JSON.parse(readFileSync(file, 'utf8')) as { packages: Packages };

    expect(Object.keys(missingFromLockfile(packages))).toEqual([]);
  });

  test('is completed with version and platform, where it lacks them', () => {
    const missing = missingFromLockfile({
      'node_modules/a': {
        dev: true,
        optionalDependencies: {
          '@a/linux-x64-musl': '1.0.0',
          '@a/win32-ia32-msvc': '1.0.0',
          nested: '1.0.0',
          top: '1.0.0',
        },
      },
      'node_modules/a/node_modules/nested': {},
      'node_modules/top': {},
    });

    expect(missing).toEqual({
      'node_modules/@a/linux-x64-musl': {
        version: '1.0.0',
        cpu: ['x64'],
        os: ['linux'],
        libc: ['musl'],
        dev: true,
        optional: true,
      },
      'node_modules/@a/win32-ia32-msvc': {
        version: '1.0.0',
        cpu: ['ia32'],
        os: ['win32'],
        dev: true,
        optional: true,
      },
    });
  });
});

describe('a Redis', () => {
  const withoutUrl = { PATH: process.env['PATH'] };

  test('of its own keeps what it is given and goes away with its folder', async (context) => {
    context.skip(onPath(['redis-server', 'valkey-server']) === undefined, 'needs a Redis server on the PATH');
    const redis = await findRedis(folder, withoutUrl);
    const client = new Redis(redis.url);

    const info = await client.info();
    client.disconnect();
    await redis.close();

    expect(info).toContain('aof_enabled:1');
    expect(info).toContain('maxmemory_policy:noeviction');
    expect(redis.url).toMatch(/^redis:\/\/127\.0\.0\.1:\d+$/);
    expect(readdirSync(join(folder, '.beanpod'))).toEqual([]);
  });

  test('of its own ends when the run is killed', async (context) => {
    context.skip(onPath(['redis-server', 'valkey-server']) === undefined, 'needs a Redis server on the PATH');
    const script = pathToFileURL(
      fileURLToPath(new URL('../../scripts/set-up/redis.mjs', import.meta.url)),
    ).href;
    const code = `const { findRedis } = await import('${script}');
      console.log((await findRedis(${JSON.stringify(folder)}, { PATH: process.env.PATH })).url);
      setInterval(() => {}, 1000);`;
    const run = spawn(process.execPath, ['--input-type=module', '--eval', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const url = await new Promise<string>((resolve) => {
      run.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
    });
    const port = Number(new URL(url).port);
    expect(await isFree(port)).toBe(false);

    run.kill('SIGKILL');

    await until(() => isFree(port));
  });

  test('of somebody else is used as it is, once it answers', async () => {
    const url = process.env['REDIS_URL'];
    const redis = url ? undefined : await findRedis(folder, withoutUrl);
    const theirs = url ?? redis?.url ?? '';

    const found = await findRedis(folder, { REDIS_URL: theirs });
    await found.close();

    expect(found).toMatchObject({ url: theirs, origin: 'REDIS_URL' });
    const client = new Redis(theirs);
    expect(await client.ping()).toBe('PONG');
    client.disconnect();
    await redis?.close();
  });

  test('is installed with apt-get where there is none, by root alone', async (context) => {
    const server = onPath(['redis-server', 'valkey-server']);
    context.skip(process.getuid?.() !== 0, 'needs root');
    context.skip(server === undefined, 'needs a Redis server on the PATH');
    const installs = `#!/bin/sh\ncase "$*" in *install*redis-server*) /bin/ln -s ${server} ${folder}/redis-server ;; esac\n`;
    writeFileSync(join(folder, 'apt-get'), installs, { mode: 0o755 });

    const redis = await findRedis(folder, { PATH: folder });
    await redis.close();

    expect(redis.origin).toBe(join(folder, 'redis-server'));
  });

  test('that apt-get cannot install is reported with its words', async (context) => {
    context.skip(process.getuid?.() !== 0, 'needs root');
    writeFileSync(join(folder, 'apt-get'), '#!/bin/sh\necho "E: Unable to locate package" >&2\nexit 100\n', {
      mode: 0o755,
    });

    await expect(findRedis(folder, { PATH: folder })).rejects.toThrow(
      /could not install it: E: Unable to locate package/,
    );
  });

  test('that REDIS_URL names and nobody runs is reported with what to do', async () => {
    const url = `redis://127.0.0.1:${await freePort()}`;

    await expect(findRedis(folder, { REDIS_URL: url })).rejects.toThrow(
      /nothing accepts connections.*unset REDIS_URL/,
    );
    await expect(findRedis(folder, { REDIS_URL: 'localhost' })).rejects.toThrow('not a URL');
  });

  test('that cannot be had is reported with the ways to get one', async () => {
    await expect(findRedis(folder, { PATH: folder })).rejects.toThrow(
      /Do one of these[\s\S]*apt-get[\s\S]*brew[\s\S]*docker/,
    );
  });
});

describe('the tally', () => {
  test('adds up and closes with the line that CI reads', () => {
    const total = addUp([
      { passed: 3, failures: [], skipped: [{ test: 'a', why: 'b' }], again: [] },
      { passed: 4, failures: [{ test: 'c', why: 'd' }], skipped: [], again: ['e'] },
    ]);

    expect(closingLine(total)).toBe('7 passed, 1 failed, 1 skipped');
    expect(exitCodeOf(total)).toBe(1);
  });

  test('is only good when something ran and nothing failed', () => {
    expect(exitCodeOf({ passed: 1, failures: [] })).toBe(0);
    expect(exitCodeOf({ passed: 0, failures: [] })).toBe(1);
  });

  test('counts a file as it ended last, names what passed only then, and forgets nothing else', () => {
    const failed = (test: string) => ({ test, why: 'late' });
    const clean = { passed: 2, failures: [], skipped: [], again: [] };
    const outside = { ...clean, passed: 0, failures: [failed('outside of any test')] };
    const first: FileTally[] = [
      outside,
      { ...clean, file: 'a' },
      { ...clean, file: 'b', passed: 1, failures: [failed('b: one'), failed('b: two')] },
      { ...clean, file: 'c', passed: 1, failures: [failed('c: one')] },
    ];

    const second = afterAnother(first, [
      { ...clean, file: 'b', passed: 2, failures: [failed('b: two')] },
      outside,
    ]);
    const { passed, failures, again } = addUp(afterAnother(second, [{ ...clean, file: 'b', passed: 3 }]));

    expect(passed).toBe(2 + 3 + 1);
    expect(again).toEqual(['b: one', 'b: two']);
    expect(failures.map(({ test }) => test)).toEqual([
      'outside of any test',
      'c: one',
      'outside of any test',
    ]);
  });

  test('names failures with what they say, skipped tests with their reasons and files that do not load', () => {
    const tallies = runSample();
    const counted = addUp(tallies);

    expect(tallies.map(({ file = '' }) => file).sort()).toEqual(['', 'broken.test.mjs', 'sample.test.mjs']);
    expect(counted.passed).toBe(1);
    expect(counted.failures.toSorted(byTest)).toEqual([
      { test: 'broken.test.mjs', why: 'cannot be loaded' },
      { test: 'sample.test.mjs: bad', why: expect.stringContaining('expected 1') as string },
    ]);
    expect(counted.skipped.map(({ why }) => why)).toEqual(['needs a thing']);
  });

  function byTest(a: { test: string }, b: { test: string }): number {
    return a.test.localeCompare(b.test);
  }

  function runSample(): readonly FileTally[] {
    const root = fileURLToPath(new URL('../..', import.meta.url));
    writeFileSync(
      join(folder, 'sample.test.mjs'),
      `import { expect, test } from '${pathToFileURL(join(root, 'node_modules/vitest/dist/index.js')).href}';
       test('good', () => {}); test('bad', () => expect(1).toBe(2));
       test('left out', (context) => context.skip(true, 'needs a thing'));`,
    );
    writeFileSync(join(folder, 'broken.test.mjs'), "throw new Error('cannot be loaded');");
    const tally = join(folder, 'tally.json');
    const reporter = join(root, 'scripts/test/tally-reporter.mjs');
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    spawnSync(process.execPath, [vitest, 'run', '--root', folder, `--reporter=${reporter}`], {
      cwd: folder,
      env: { ...process.env, BEANPOD_TALLY: tally },
    });
    return JSON.parse(readFileSync(tally, 'utf8')) as FileTally[];
  }
});

async function isFree(port: number): Promise<boolean> {
  return (await freePort(port)) === port;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await pause(50);
}
