import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hold } from '../../../src/shared/domain/state.js';
import { useRedis } from '../../support/redis.js';
import { createScriptedCloud } from '../../support/scripted-provider.js';
import { createInstallation } from '../../support/worker.js';

const redis = useRedis();
let beanpod: ReturnType<typeof createInstallation>;
let holds: readonly Hold[] = [];
beforeAll(async () => {
  await redis.start();
  beanpod = createInstallation({
    url: redis.url,
    namespace: redis.namespace,
    holds: () => Promise.resolve(holds),
  });
});
afterAll(async () => {
  expect(await beanpod.deployments.audit()).toEqual([]);
  await beanpod.close();
  await redis.stop();
});

const stateOf = async (id: string) => (await beanpod.deployments.load(id))?.state;
const nameOf = async (id: string) => (await stateOf(id))?.name;

describe('a deployment that comes to be blocked before its first write', () => {
  it('is given back, lets others pass, and starts from the beginning when it is clear', async () => {
    const cloud = createScriptedCloud();
    beanpod.startWorker(cloud.provider);
    holds = [{ kind: 'blocker', text: 'freeze', blocker: 'freeze' }];
    const id = await beanpod.deploy('v2');
    await expect.poll(() => nameOf(id)).toBe('held');

    expect(cloud.writes).toEqual([]);
    expect(await beanpod.deployments.audit()).toEqual([]);
    holds = [];
    const other = await beanpod.deploy('v3');
    await expect.poll(() => nameOf(other)).toBe('succeeded');
    const held = await beanpod.deployments.load(id);
    if (!held) throw new Error('The deployment is gone');
    expect(await beanpod.deployments.review({ ...held, revision: held.revision - 1 }, [], 50)).toEqual({
      said: 'stale',
    });
    expect((await beanpod.deployments.review(held, [], 50)).said).toBe('resumed');
    await expect.poll(() => nameOf(id)).toBe('succeeded');
    expect(cloud.visits.filter((place) => place === 'capture')).toHaveLength(3);
    expect(cloud.running).toBe('v2');
  });

  it('is still not begun after the time that it was asked for', async () => {
    holds = [{ kind: 'blocker', text: 'freeze', blocker: 'freeze' }];
    const [first, last] = [Date.now(), Date.now() + 3_600_000];
    const wish = { service: 'timely', queueMs: last - first, expiresAt: new Date(last).toISOString() };
    const id = await beanpod.deploy('v5', wish);
    await expect.poll(() => nameOf(id)).toBe('held');

    const until = Number(await beanpod.redis.zscore(`{${redis.namespace}}:expiry`, id));
    expect(until).toBeLessThanOrEqual(last + 1_000);
    expect(until).toBeGreaterThan(first);
    await beanpod.deployments.cancel(id, { by: 'ada', reason: 'seen enough' });
  });

  it('ends expired when that time has passed while its worker looked', async () => {
    holds = [{ kind: 'blocker', text: 'freeze', blocker: 'freeze' }];
    const id = await beanpod.deploy('v6', { service: 'late', expiresAt: new Date(0).toISOString() });

    expect((await beanpod.end(id)).name).toBe('expired');
  });

  it('can be cancelled while it is held', async () => {
    holds = [{ kind: 'blocker', text: 'freeze', blocker: 'freeze' }];
    const id = await beanpod.deploy('v4', { service: 'other' });
    await expect.poll(() => nameOf(id)).toBe('held');
    await beanpod.deployments.cancel(id, { by: 'ada', reason: 'typo' });

    expect(await nameOf(id)).toBe('cancelled');
  });
});
