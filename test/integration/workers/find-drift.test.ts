import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Session } from '../../../src/providers/contract.js';
import type { Provider } from '../../../src/providers/define-provider.js';
import { failure } from '../../../src/shared/domain/failures.js';
import { newId } from '../../../src/shared/new-id.js';
import { createDrifts, type Drifts } from '../../../src/shared/store/drifts.js';
import { keysOf } from '../../../src/shared/store/keys.js';
import { createLeases } from '../../../src/shared/store/lease.js';
import { createSnapshots } from '../../../src/shared/store/snapshots.js';
import { findDrift } from '../../../src/workers/find-drift.js';
import { textWith } from '../../support/caller.js';
import { useRedis } from '../../support/redis.js';
import { createScriptedCloud } from '../../support/scripted-provider.js';
import { TEST_KEY, testSecrets } from '../../support/secrets.js';
import { createInstallation } from '../../support/worker.js';

type Look = NonNullable<Session<unknown>['drift']>;

const redis = useRedis();
const secrets = testSecrets({ keys: [TEST_KEY] });
let namespace: string;
let beanpod: ReturnType<typeof createInstallation>;
let drifts: Drifts;
let place: { readonly service: string; readonly environment: string };

beforeAll(() => redis.start());
afterAll(() => redis.stop());
beforeEach(() => {
  namespace = `${redis.namespace}-${newId()}`;
  beanpod = createInstallation({ url: redis.url, namespace, secrets });
  drifts = createDrifts(beanpod.redis, namespace);
});
afterEach(() => beanpod.close());

/** Runs a deployment to its end, which leaves something to look at. */
async function deployed(script: Parameters<typeof createScriptedCloud>[0] = {}): Promise<string> {
  const cloud = createScriptedCloud(script);
  beanpod.startWorker(cloud.provider);
  const id = await beanpod.deploy('v2', { policy: { rollback: 'never' } });
  await beanpod.end(id);
  const request = (await beanpod.deployments.load(id))?.request;
  place = { service: request?.service ?? '', environment: request?.environment ?? '' };
  return id;
}

/** A provider whose sessions look in this way, or cannot. */
function providerWith(drift: Look | undefined): Provider {
  const { provider } = createScriptedCloud();
  return {
    ...provider,
    async open(target, release, surroundings) {
      const opened = await provider.open(target, release, surroundings);
      if (!opened.ok || !drift) return opened;
      return { ok: true, session: { ...opened.session, drift } };
    },
  };
}

function look(drift: Look | undefined, signal = new AbortController().signal) {
  const deps = {
    provider: () => Promise.resolve(providerWith(drift)),
    surroundings: { bundles: { open: () => Promise.resolve(undefined) } },
    secrets,
    snapshots: createSnapshots(beanpod.redis, namespace),
    deployments: beanpod.deployments,
    leases: createLeases(beanpod.redis, namespace, 1_000, 1_000),
    drifts,
    redact: (line: string) => secrets.redactor.redact(line),
  };
  return findDrift(deps, place, signal);
}

const nothing: Look = () => Promise.resolve({ said: 'done', value: [] });
const kept = async () => (await drifts.of(place.environment)).get(place.service);

describe('a look for drift', () => {
  test('is given what ran before as it was recorded, and sealed', async () => {
    const id = await deployed();
    let baseline: unknown;
    const found = await look((_turn, before) => {
      baseline = before;
      return nothing(_turn, before);
    });

    expect(found).toMatchObject({ state: 'none', deployment: id, version: 'v2' });
    expect(baseline).toEqual({ running: 'v1' });
    expect(await kept()).toEqual(found);
  });

  test.each<[string, Look, string]>([
    ['breaks', () => Promise.reject(new Error('boom')), 'The look failed: Error: boom'],
    [
      'must not write',
      (turn) => turn.intend('x').then(() => ({ said: 'done', value: [] })),
      'must not write',
    ],
    ['has to wait', () => Promise.resolve({ said: 'wait', forMs: 1, because: 'not now' }), 'not now'],
    [
      'is denied',
      () => Promise.resolve({ said: 'failed', failure: failure('k8s.access-denied', 'no list') }),
      'no list',
    ],
  ])('that %s leaves it unknown', async (_, drift, because) => {
    await deployed();
    const found = await look(drift);

    expect(found).toMatchObject({ state: 'unknown', objects: [], because: textWith(because) });
    expect(await kept()).toEqual(found);
  });

  test('that takes too long leaves it unknown, and one that its process ends leaves nothing', async () => {
    await deployed();
    const hang: Look = () => new Promise(() => undefined);
    const closing = new AbortController();
    const ended = look(hang, closing.signal);
    closing.abort(new Error('It shuts down'));

    await expect(ended).rejects.toThrow('did not answer within the time');
    expect(await kept()).toBeUndefined();
    expect(await look(hang, AbortSignal.timeout(50))).toMatchObject({
      state: 'unknown',
      because: 'The platform did not answer in time',
    });
  });

  test('asks nobody where nobody can know what was left, or what it was made of', async () => {
    const id = await deployed({ assess: [{ said: 'failed', failure: failure('health.degraded', 'red') }] });
    const unasked: Look = () => Promise.reject(new Error('It was asked'));
    expect(await look(unasked)).toMatchObject({ state: 'unknown', because: textWith('Nobody knows what') });

    const runs = keysOf(namespace).runs(place.environment);
    const run = { deployment: id, version: 'v2', content: '', since: 1, certain: true };
    await beanpod.redis.hset(runs, place.service, JSON.stringify(run));
    await beanpod.redis.del(keysOf(namespace).work(id));
    expect(await look(unasked)).toMatchObject({ state: 'unknown', because: textWith('no longer kept') });
  });

  test('with a provider that cannot tell is none', async () => {
    await deployed();
    expect(await look(undefined)).toEqual({ said: 'unsupported' });
    expect(await kept()).toBeUndefined();
  });

  test('that a deployment overtakes is thrown away', async () => {
    await deployed();
    const keys = keysOf(namespace);
    const mailbox = keys.mailbox(`${place.service}/${place.environment}`);
    const overtaken = await look(async () => {
      await beanpod.redis.hset(mailbox, 'holder', 'another');
      return { said: 'done', value: [] };
    });
    expect(overtaken).toMatchObject({ state: 'unknown', because: textWith('Deployment another came') });
    expect(await look(nothing)).toMatchObject({ because: textWith('Deployment another is at work') });
    await beanpod.redis.hdel(mailbox, 'holder');

    const replaced = await look(async () => {
      const run = { deployment: 'newer', version: 'v3', content: '', since: 1, certain: true };
      await beanpod.redis.hset(keys.runs(place.environment), place.service, JSON.stringify(run));
      return { said: 'done', value: [] };
    });
    expect(replaced).toMatchObject({ state: 'unknown', because: textWith('Something else was deployed') });
    expect(await kept()).toBeUndefined();
  });

  test('lists only so much, and says how much more there is', async () => {
    await deployed();
    const fields = Array.from({ length: 60 }, (_, nth) => ({
      path: `.f${nth}`,
      live: `"${'x'.repeat(900)}"`,
    }));
    const value = Array.from(
      { length: 70 },
      (_, nth) => ({ name: `n${nth}`, change: 'changed', fields }) as const,
    );
    const found = await look(() => Promise.resolve({ said: 'done', value }));

    expect(found).toMatchObject({ state: 'drifted', more: 20 });
    const [first] = 'objects' in found ? found.objects : [];
    expect(first).toMatchObject({
      more: 10,
      fields: { length: 50, 0: { live: expect.stringMatching(/x…$/) as unknown } },
    });
  });
});

describe('targets have their turn', () => {
  test('once in a period, for one process alone, the first time after one, and no longer once they are gone', async () => {
    expect(await drifts.due(['a/x', 'b/x'], 60_000, 10)).toEqual([]);
    expect(await drifts.due(['a/x', 'b/x', 'c/x'], 60_000, 10)).toEqual([]);
    const due = `${keysOf(namespace).root}:drift-due`;
    await beanpod.redis.zadd(due, '1', 'a/x', '2', 'b/x', '3', 'c/x');

    expect(await drifts.due(['a/x', 'c/x'], 60_000, 1)).toEqual(['a/x']);
    expect(await drifts.due(['a/x', 'c/x'], 60_000, 10)).toEqual(['c/x']);
    expect(await drifts.due(['a/x', 'c/x'], 60_000, 10)).toEqual([]);
    expect(await beanpod.redis.zrange(due, '0', '-1')).toEqual(['a/x', 'c/x']);
  });
});
