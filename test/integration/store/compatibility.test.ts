import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { done } from '../../../src/shared/domain/outcome.js';
import { createLeases } from '../../../src/shared/store/lease.js';
import { RECORD_FORMAT } from '../../../src/shared/store/records.js';
import { keysOf } from '../../../src/shared/store/keys.js';
import { useRedis } from '../../support/redis.js';
import { createScriptedCloud } from '../../support/scripted-provider.js';
import { createInstallation } from '../../support/worker.js';
import { restoreSnapshot, type Snapshot } from './fixtures/snapshot.js';

const redis = useRedis();
let beanpod: ReturnType<typeof createInstallation>;
beforeAll(() => redis.start());
beforeEach(async () => {
  await redis.clear();
  beanpod = createInstallation({ url: redis.url, namespace: redis.namespace });
});
afterEach(async () => {
  expect(await beanpod.deployments.audit()).toEqual([]);
  await beanpod.close();
});
afterAll(() => redis.stop());

const nameOf = async (id: string) => (await beanpod.deployments.load(id))?.state.name;

/** What `fixtures/take.ts` printed with the code of that format. */
interface Fixture extends Snapshot {
  readonly ids: Readonly<Record<'succeeded' | 'running' | 'waiting' | 'cancelled', string>>;
}

function fixtureOf(format: number): Fixture {
  const file = new URL(`fixtures/format-${format}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Fixture;
}

describe.each([RECORD_FORMAT - 1, RECORD_FORMAT])('what was stored in format %i', (format) => {
  const fixture = fixtureOf(format);
  const { succeeded, running, waiting, cancelled } = fixture.ids;
  beforeEach(() => restoreSnapshot(redis.client, redis.namespace, fixture));

  it('is read and listed', async () => {
    const states = {
      succeeded: 'succeeded',
      running: 'deploying',
      waiting: 'queued',
      cancelled: 'cancelled',
    };

    for (const [which, state] of Object.entries(states))
      expect(await nameOf(fixture.ids[which as keyof typeof states])).toBe(state);
    expect((await beanpod.deployments.load(waiting))?.ahead).toBe(1);
    expect((await beanpod.deployments.list({ limit: 10 })).map(({ id }) => id)).toEqual([
      cancelled,
      waiting,
      running,
      succeeded,
    ]);
    expect(await beanpod.deployments.list({ states: ['succeeded'], service: 'old', limit: 10 })).toHaveLength(
      1,
    );
    expect(await beanpod.story(succeeded)).toContain('switch: now v2');
  });

  it('is taken over where it was left, and the next one of its target follows', async () => {
    const cloud = createScriptedCloud({ settle: [done] });
    cloud.running = 'v3';
    beanpod.startWorker(cloud.provider);

    await expect.poll(() => nameOf(running), { timeout: 40_000 }).toBe('succeeded');
    await expect.poll(() => nameOf(waiting), { timeout: 20_000 }).toBe('succeeded');
    expect(cloud.writes).toEqual(['v4']);
    expect(await beanpod.story(running)).toContain('deployment.lease-lost');
  });

  it('is rolled back to the baseline that was stored then', async () => {
    const cloud = createScriptedCloud();
    cloud.running = 'v3';
    await beanpod.deployments.cancel(running, { by: 'ada', reason: 'typo' });
    beanpod.startWorker(cloud.provider);

    await expect.poll(() => nameOf(running), { timeout: 40_000 }).toBe('rolled_back');
    // The next one may have begun already.
    expect(cloud.writes[0]).toBe('v2');
  });

  it('lines up with what is accepted now', async () => {
    const newest = await beanpod.deploy('v6');

    expect((await beanpod.deployments.load(newest))?.ahead).toBe(2);
    await beanpod.deployments.cancel(newest, { by: 'ada', reason: 'typo' });
    expect(await nameOf(newest)).toBe('cancelled');
  });
});

describe('a deployment that a newer API has accepted', () => {
  let id: string;
  beforeEach(async () => {
    id = await beanpod.deploy('v2');
    const record = keysOf(redis.namespace).deployment(id);
    await redis.client.hset(record, 'format', RECORD_FORMAT + 1, 'pledge', '{"a field":"of that version"}');
  });

  it('is read, listed and cancelled by this one', async () => {
    expect(await nameOf(id)).toBe('queued');
    expect(await beanpod.deployments.list({ limit: 10 })).toHaveLength(1);
    expect(await beanpod.deployments.cancel(id, { by: 'ada', reason: 'typo' })).toMatchObject({
      said: 'cancelled',
    });
    expect(await nameOf(id)).toBe('cancelled');
  });

  it('is left alone by a worker of this version, and offered until a newer one comes', async () => {
    const cloud = createScriptedCloud();
    beanpod.startWorker(cloud.provider);
    const leases = createLeases(redis.client, redis.namespace, 2_000, 1_000);

    expect(await leases.claim(id, 'old', 'old')).toEqual({ said: 'newer' });
    const offers = async () => (await beanpod.deployments.sweep()).filter((offer) => offer.id === id).length;
    await expect.poll(offers, { timeout: 30_000, interval: 500 }).toBe(1);
    expect((await beanpod.deployments.load(id))?.attempts).toBe(0);
    expect(cloud.visits).toEqual([]);
    // What a newer worker does first.
    await redis.client.hset(keysOf(redis.namespace).deployment(id), 'format', RECORD_FORMAT);
    await expect.poll(() => nameOf(id), { timeout: 30_000 }).toBe('succeeded');
  });
});
