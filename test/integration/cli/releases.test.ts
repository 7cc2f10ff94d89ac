import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXIT } from '../../../src/cli/exit-code.js';
import { Stop } from '../../../src/cli/stop.js';
import type { ReleaseView } from '../../../src/shared/contract/release.js';
import { ARTIFACT, useApi } from '../../support/api.js';
import { startCommand, type Ran, type Running } from '../../support/command-line.js';
import { createHandWorker } from '../../support/hand-worker.js';

const api = useApi();
const folder = mkdtempSync(path.join(tmpdir(), 'beanpod-release-'));
const SERVICES = ['shop-api', 'shop-web'];
let worker: ReturnType<typeof createHandWorker>;

beforeAll(async () => {
  await api.start();
  worker = createHandWorker(api.redis);
  for (const service of SERVICES) {
    for (const environment of ['eu', 'us']) await api.configure(service, environment);
    for (const version of ['118', '119', '120'])
      await api.call().post(`/v1/services/${service}/versions`).send({ version, artifact: ARTIFACT });
  }
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await api.stop();
});

const start = (...args: readonly string[]): Running =>
  startCommand({ BEANPOD_URL: api.url, BEANPOD_TOKEN: api.token }, args);
const run = (...args: readonly string[]): Promise<Ran> => start(...args).ended;
const idIn = ({ errors }: Pick<Ran, 'errors'>) => /Release (\w+) of/.exec(errors)?.[1] ?? '';
const releaseOf = async (id: string) =>
  (await api.call().get(`/v1/releases/${id}`)).body as unknown as ReleaseView;

/** The newest release, and its deployments once all of them have been started. */
async function started(members: number): Promise<readonly string[]> {
  let found: readonly string[] = [];
  await expect
    .poll(async () => {
      const { items } = (await api.call().get('/v1/releases?limit=1')).body as unknown as {
        items: readonly ReleaseView[];
      };
      found =
        items[0]?.terminal === true ? [] : (items[0]?.members.flatMap((each) => each.deployment ?? []) ?? []);
      return found.length;
    })
    .toBe(members);
  return found;
}

describe('release', () => {
  test('deploys every service to every environment and waits until all of them run', async () => {
    const members = ['shop-api=118', 'shop-web=119', '--to', 'eu', '--to', 'us'];
    const waiting = start('release', 'create', ...members, '--wait');
    for (const id of await started(4)) await worker.succeed(id);

    const ended = await waiting.ended;

    expect([ended.code, ended.errors]).toEqual([
      EXIT.done,
      expect.stringContaining('of 4 deployments accepted'),
    ]);
    expect(ended.out).toContain('shop-web/us 119: succeeded');
    expect(ended.out).toMatch(/succeeded: release \w+\n {2}shop-api\/eu +118 +succeeded/);
  });

  test('comes from a file, is listed, shown and waited for by its id', async () => {
    const file = path.join(folder, 'release.yaml');
    writeFileSync(
      file,
      'onFailure: rollback\nmembers:\n  - { service: shop-api, environment: eu, version: "119" }\n',
    );

    const created = await run('release', 'create', '-f', file, '-m', 'Release 42');
    const id = created.out.trim();
    const shown = await run('release', 'status', id);
    const [deployment] = await started(1);
    await worker.rollBack(deployment ?? '');
    const waited = await run('release', 'wait', id);
    const listed = await run('release', 'list', '-n', '1');

    expect(created.code, created.errors).toBe(EXIT.done);
    expect(await releaseOf(id)).toMatchObject({ onFailure: 'rollback', message: 'Release 42' });
    expect(shown.out).toContain(`running: release ${id}, Release 42`);
    expect([waited.code, waited.out]).toEqual([EXIT.rolledBack, expect.stringContaining('rolled_back')]);
    expect(listed.out).toMatch(new RegExp(`^${id} .*Release 42$`, 'm'));
  });

  test('ends with 4 when a member was left changed, whatever became of the others', async () => {
    const args = ['shop-api=120', 'shop-web=120', '--to', 'us', '--on-failure', 'continue'];
    const waiting = start('release', 'create', ...args, '--wait', '--quiet');
    const [good = '', bad = ''] = await started(2);
    await worker.succeed(good);
    await worker.failRollback(bad);

    expect((await waiting.ended).code).toBe(EXIT.leftChanged);
  });

  test('is left alone when the time is up, and stopped when the one who waits for it is interrupted and says so', async () => {
    const late = await run('release', 'create', 'shop-web=118', '--to', 'eu', '--wait', '--timeout', '1s');
    const id = idIn(late);
    const waiting = start('release', 'wait', id, '--cancel-on-interrupt');
    await expect.poll(() => waiting.out).toContain('shop-web/eu 118: queued');
    waiting.interrupt(new Stop(EXIT.interrupted, 'Interrupted'));
    const stopped = await waiting.ended;
    const ended = await run('release', 'wait', id);

    expect([late.code, late.errors]).toEqual([EXIT.timeout, expect.stringContaining('The release goes on')]);
    expect([stopped.code, stopped.errors]).toEqual([
      EXIT.interrupted,
      expect.stringContaining('What is under way is cancelled'),
    ]);
    expect([ended.code, ended.out]).toEqual([EXIT.cancelled, expect.stringContaining('cancelled: release')]);
    expect((await run('release', 'cancel', id)).code).toBe(EXIT.invalid);
  });

  test.each([
    ['no environment', ['shop-api=118'], 'Name services and, with --to, environments'],
    ['no version', ['shop-api', '--to', 'eu'], 'Which version of shop-api?'],
    ['a file besides', ['shop-api=118', '-f', 'x.yaml'], 'not both'],
    ['a file that is not there', ['-f', 'x.yaml'], 'x.yaml cannot be read'],
    ['a member that cannot be', ['shop-api=118', '--to', 'mars'], '/members/0'],
  ])('with %s is a wrong call', async (_, args, words) => {
    const refused = await run('release', 'create', ...args);

    expect([refused.code, refused.errors]).toEqual([EXIT.invalid, expect.stringContaining(words)]);
  });
});

describe('environment', () => {
  test('shows what runs, what ran, what differs, and brings it back', async () => {
    const { id } = (
      await api
        .call()
        .post('/v1/deployments')
        .send({ service: 'shop-api', environment: 'eu', version: '120' })
    ).body;
    await worker.succeed(id);

    const status = await run('environment', 'status', 'eu');
    const snapshots = await run('environment', 'snapshots', 'eu');
    const rows = snapshots.out.trimEnd().split('\n').slice(1);
    const before = rows.at(-1)?.split(/ +/)[0] ?? '';
    const difference = await run('environment', 'diff', 'eu', before);
    const restoring = start('environment', 'restore', 'eu', '--to', before, '-r', 'It was better', '--wait');
    for (const each of await started(1)) await worker.succeed(each);
    const restored = await restoring.ended;
    const unknown = await run('environment', 'diff', 'eu', 'ffffff0');

    expect(status.out).toMatch(/^shop-api +120 +120 +succeeded/m);
    expect(before).toMatch(/^[0-9a-f]{12}$/);
    expect(difference.out).toMatch(/^shop-api +version +118 +120$/m);
    expect([restored.code, restored.errors]).toEqual([EXIT.done, expect.stringContaining('accepted')]);
    expect((await run('environment', 'status', 'eu')).out).toMatch(/^shop-api +118 +118 +succeeded/m);
    expect([unknown.code, unknown.errors]).toEqual([
      EXIT.invalid,
      expect.stringContaining('is no snapshot of eu'),
    ]);
  });
});

describe('environment status --against', () => {
  test('says by how many versions a service is ahead or behind, and why nobody knows', async () => {
    for (const [environment, version] of [
      ['de', '120'],
      ['at', '118'],
    ] as const) {
      await api.configure('shop-api', environment);
      const request = { service: 'shop-api', environment, version };
      await worker.succeed((await api.call().post('/v1/deployments').send(request)).body.id);
    }
    await api.configure('shop-api', 'ch');
    const shown = async (...args: readonly string[]) => (await run('environment', 'status', ...args)).out;

    expect(await shown('de', '--against', 'at')).toMatch(/ AGAINST at\nshop-api .* ahead 2\n/);
    expect(await shown('at', '--against', 'de')).toMatch(/^shop-api .* behind 2$/m);
    expect(await shown('de', '--against', 'ch')).toMatch(/ unknown: Nothing has been deployed in ch yet$/m);
    expect(await shown('de')).not.toContain('AGAINST');
    const nowhere = await run('environment', 'status', 'de', '--against', 'mars');
    expect([nowhere.code, nowhere.errors]).toEqual([
      EXIT.invalid,
      expect.stringContaining('There is no environment mars'),
    ]);
  });
});

describe('clone', () => {
  test('makes an environment that ends by itself or when it is told to', async () => {
    const made = await run(
      'clone',
      'eu',
      '--as',
      'review-7',
      '--ttl',
      '2d',
      '--services',
      'shop-api',
      '-m',
      'Review',
    );
    const kept = await run('clone', 'eu', '--as', 'review-7', '--if-missing');
    const other = await run('clone', 'us', '--as', 'review-7', '--if-missing');
    const shown = await run('environment', 'show', 'review-7');
    const ended = await run('clone', 'end', 'review-7');
    const ending = await run('environment', 'show', 'review-7');
    const refused = await run('clone', 'eu', '--as', 'eu');

    expect([made.code, made.out]).toEqual([EXIT.done, 'shop-api 118\n']);
    expect(made.errors).toContain('review-7 was made like eu and ends at ');
    expect([kept.code, kept.errors]).toEqual([EXIT.done, 'review-7 is there already\n']);
    expect([other.code, other.errors]).toEqual([EXIT.invalid, expect.stringContaining('is taken')]);
    expect(shown.out).toContain('review-7, a clone of eu until ');
    expect([ended.code, ended.out]).toEqual([
      EXIT.done,
      expect.stringContaining('review-7 is being removed'),
    ]);
    expect(ending.out).toContain('Being removed: ');
    expect([refused.code, refused.errors]).toEqual([EXIT.invalid, expect.stringContaining('is taken')]);
    expect((await run('clone', 'eu')).code).toBe(EXIT.invalid);
    expect((await run('environment', 'list')).out.split('\n')).toContain('eu');
  });

  test('waits for its first deployments', async () => {
    const waiting = start('clone', 'us', '--as', 'review-8', '--services', 'shop-api', '--wait', '--quiet');
    for (const id of await started(1)) await worker.succeed(id);

    const ended = await waiting.ended;

    expect([ended.code, ended.out]).toEqual([EXIT.done, expect.stringContaining('shop-api/review-8')]);
  });
});
