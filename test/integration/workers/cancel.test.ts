import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Policy } from '../../../src/shared/contract/policy.js';
import { wait } from '../../../src/shared/domain/outcome.js';
import { isEnded, type State } from '../../../src/shared/domain/state.js';
import { useRedis } from '../../support/redis.js';
import { createScriptedCloud, degraded, type Script } from '../../support/scripted-provider.js';
import { createInstallation } from '../../support/worker.js';

const redis = useRedis();
const installations: ReturnType<typeof createInstallation>[] = [];
beforeAll(() => redis.start());
afterAll(async () => {
  for (const each of installations) {
    expect(await each.deployments.audit()).toEqual([]);
    await each.close();
  }
  await redis.stop();
});

/** Tests that run side by side cannot use expect.poll. */
const PATIENCE = { timeout: 40_000, interval: 20 };

/** Each test has an installation of its own, so that they can wait for their deadlines side by side. */
function install() {
  const namespace = `${redis.namespace}-${installations.length}`;
  const beanpod = createInstallation({ url: redis.url, namespace });
  installations.push(beanpod);
  return beanpod;
}

const LONG = [wait(3_600_000, 'for an hour')];
const HANGS = ['hang'] as const;

/** The call that hangs is given up soon, so that what is asserted is that it ends by its own deadline. */
const SOON: Policy = { deadlines: { prepareMs: 500, stepMs: 500, verifyMs: 500 } };

type Installation = ReturnType<typeof install>;

async function stateOf(beanpod: Installation, id: string): Promise<State> {
  return (await beanpod.deployments.load(id))?.state ?? { name: 'queued' };
}

async function end(beanpod: Installation, id: string): Promise<State> {
  await vi.waitUntil(async () => isEnded(await stateOf(beanpod, id)), PATIENCE);
  return stateOf(beanpod, id);
}

async function cancelAt(place: string, script: Script, policy: Policy = {}) {
  const beanpod = install();
  const cloud = createScriptedCloud(script);
  beanpod.startWorker(cloud.provider);
  const id = await beanpod.deploy('v2', { policy });
  await vi.waitUntil(() => cloud.visits.includes(place), PATIENCE);
  await beanpod.deployments.cancel(id, { by: 'ada', reason: 'typo' });
  return { beanpod, cloud, id };
}

describe.concurrent('a cancelled deployment without a worker', () => {
  it('ends at once while others are before it, and leaves them alone', async () => {
    const beanpod = install();
    const first = await beanpod.deploy('v2');
    const second = await beanpod.deploy('v3');
    await beanpod.deployments.cancel(second, { by: 'ada', reason: 'typo' });

    expect(await stateOf(beanpod, second)).toMatchObject({ name: 'cancelled' });
    expect((await stateOf(beanpod, first)).name).toBe('queued');
  });

  it('ends at once while it waits for a worker, and the next one takes its target', async () => {
    const beanpod = install();
    const first = await beanpod.deploy('v2');
    const second = await beanpod.deploy('v3');
    await beanpod.deployments.cancel(first, { by: 'ada', reason: 'typo' });
    const cloud = createScriptedCloud();
    beanpod.startWorker(cloud.provider);

    expect(await end(beanpod, first)).toMatchObject({ name: 'cancelled' });
    expect(await end(beanpod, second)).toEqual({ name: 'succeeded' });
    expect(cloud.writes).toEqual(['v3']);
  });

  it('is rolled back by the next worker when its own was stopped after the write', async () => {
    const beanpod = install();
    const cloud = createScriptedCloud({ settle: LONG });
    const worker = beanpod.startWorker(cloud.provider);
    const id = await beanpod.deploy('v2');
    await vi.waitUntil(() => cloud.visits.includes('settle'), PATIENCE);
    await worker.close();
    await beanpod.deployments.cancel(id, { by: 'ada', reason: 'typo' });
    beanpod.startWorker(cloud.provider);

    expect(await end(beanpod, id)).toMatchObject({
      name: 'rolled_back',
      cause: { code: 'deployment.cancelled' },
    });
    expect(cloud.writes).toEqual(['v2', 'v1']);
  });
});

describe.concurrent.each([
  ['the baseline is captured', 'capture'],
  ['a step before the first write runs', 'upload'],
])('a deployment that is cancelled while %s', (_, place) => {
  it.each([
    ['waits', LONG],
    ['hangs', HANGS],
    ['crashes again and again', ['throw'] as const],
  ])('is cancelled without a trace when that %s', async (_what, answers) => {
    const { beanpod, cloud, id } = await cancelAt(place, { [place]: answers }, SOON);

    expect(await end(beanpod, id)).toMatchObject({
      name: 'cancelled',
      failure: { detail: 'ada cancelled it: typo' },
    });
    expect(cloud.writes).toEqual([]);
  });
});

describe.concurrent.each([
  ['the first write is made', 'switch'],
  ['a step after the first write runs', 'settle'],
  ['its health is looked at', 'assess'],
])('a deployment that is cancelled while %s', (_, place) => {
  it.each([
    ['waits', LONG],
    ['hangs', HANGS],
    ['crashes again and again', ['throw'] as const],
  ])('is rolled back when that %s', async (_what, answers) => {
    const { beanpod, cloud, id } = await cancelAt(place, { [place]: answers }, SOON);

    expect(await end(beanpod, id)).toMatchObject({
      name: 'rolled_back',
      cause: { code: 'deployment.cancelled' },
    });
    expect(cloud.running).toBe('v1');
  });

  it('stays as it is and says so when the policy forbids rollbacks', async () => {
    const { beanpod, cloud, id } = await cancelAt(place, { [place]: LONG }, { ...SOON, rollback: 'never' });

    expect(await end(beanpod, id)).toMatchObject({
      name: 'failed',
      wrote: true,
      failure: { code: 'deployment.cancelled' },
    });
    expect(cloud.running).toBe('v2');
  });
});

describe.concurrent('a deployment that is cancelled while it is rolled back', () => {
  it('goes on with the rollback, and ends when that hangs', async () => {
    const { beanpod, id } = await cancelAt('confirm', { assess: [degraded], confirm: HANGS }, SOON);

    expect(await end(beanpod, id)).toMatchObject({
      name: 'rollback_failed',
      cause: { code: 'health.degraded' },
      failure: { code: 'deployment.deadline' },
    });
  });
});
