import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Policy } from '../../../src/shared/contract/policy.js';
import { wait } from '../../../src/shared/domain/outcome.js';
import { useInstallations } from '../../support/installations.js';
import { createScriptedCloud, degraded, type Script } from '../../support/scripted-provider.js';

const installations = useInstallations();
const { install } = installations;
beforeAll(() => installations.start());
afterAll(() => installations.stop());

/** Tests that run side by side cannot use expect.poll. */
const PATIENCE = { timeout: 40_000, interval: 20 };

const LONG = [wait(3_600_000, 'for an hour')];
const HANGS = ['hang'] as const;

/**
 * The call that hangs is given up soon, so that what is asserted is that it ends by its own deadline; not before it is
 * cancelled, on a busy machine neither.
 */
const SOON: Policy = { deadlines: { prepareMs: 5_000, stepMs: 5_000, verifyMs: 5_000 } };

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

    expect(await beanpod.stateOf(second)).toMatchObject({ name: 'cancelled' });
    expect((await beanpod.stateOf(first)).name).toBe('queued');
  });

  it('ends at once while it waits for a worker, and the next one takes its target', async () => {
    const beanpod = install();
    const first = await beanpod.deploy('v2');
    const second = await beanpod.deploy('v3');
    await beanpod.deployments.cancel(first, { by: 'ada', reason: 'typo' });
    const cloud = createScriptedCloud();
    beanpod.startWorker(cloud.provider);

    expect(await beanpod.end(first)).toMatchObject({ name: 'cancelled' });
    expect(await beanpod.end(second)).toEqual({ name: 'succeeded' });
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

    expect(await beanpod.end(id)).toMatchObject({
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
    ['waits', LONG, {}],
    ['hangs', HANGS, SOON],
    ['crashes again and again', ['throw'] as const, {}],
  ])('is cancelled without a trace when that %s', async (_what, answers, policy) => {
    const { beanpod, cloud, id } = await cancelAt(place, { [place]: answers }, policy);

    expect(await beanpod.end(id)).toMatchObject({
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
    ['waits', LONG, {}],
    ['hangs', HANGS, SOON],
    ['crashes again and again', ['throw'] as const, {}],
  ])('is rolled back when that %s', async (_what, answers, policy) => {
    const { beanpod, cloud, id } = await cancelAt(place, { [place]: answers }, policy);

    expect(await beanpod.end(id)).toMatchObject({
      name: 'rolled_back',
      cause: { code: 'deployment.cancelled' },
    });
    expect(cloud.running).toBe('v1');
  });

  it('stays as it is and says so when the policy forbids rollbacks', async () => {
    const { beanpod, cloud, id } = await cancelAt(place, { [place]: LONG }, { rollback: 'never' });

    expect(await beanpod.end(id)).toMatchObject({
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

    expect(await beanpod.end(id)).toMatchObject({
      name: 'rollback_failed',
      cause: { code: 'health.degraded' },
      failure: { code: 'deployment.deadline' },
    });
  });
});
