import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { done, wait } from '../../../src/shared/domain/outcome.js';
import { isEnded } from '../../../src/shared/domain/state.js';
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

const LONG = wait(3_600_000, 'a queue elsewhere');
const FOR_EVER = [LONG];
const HANGS = ['hang'] as const;
const deadlines = { prepareMs: 500, stepMs: 500, verifyMs: 500 };

const late = { code: 'deployment.deadline' };

it.concurrent.each<[string, Script, object]>([
  ['the baseline cannot be captured', { capture: FOR_EVER }, { name: 'failed', wrote: false, failure: late }],
  ['capturing the baseline hangs', { capture: HANGS }, { name: 'failed', wrote: false, failure: late }],
  [
    'a step before the write waits for ever',
    { upload: FOR_EVER },
    { name: 'failed', wrote: false, failure: late },
  ],
  ['a step before the write hangs', { upload: HANGS }, { name: 'failed', wrote: false, failure: late }],
  ['a write waits for ever', { switch: FOR_EVER }, { name: 'rolled_back', cause: late }],
  ['a write hangs', { switch: HANGS }, { name: 'rolled_back', cause: late }],
  ['health hangs', { assess: HANGS }, { name: 'rolled_back', cause: { code: 'health.unknown' } }],
  [
    'the rollback waits for ever',
    { assess: [degraded], confirm: FOR_EVER },
    { name: 'rollback_failed', cause: { code: 'health.degraded' }, failure: late },
  ],
  [
    'the rollback hangs',
    { assess: [degraded], confirm: HANGS },
    { name: 'rollback_failed', cause: { code: 'health.degraded' }, failure: late },
  ],
])('a deployment ends at its deadline, and the next one starts, when %s', async (_, script, expected) => {
  const beanpod = install();
  const cloud = createScriptedCloud(script);
  beanpod.startWorker(cloud.provider);
  const id = await beanpod.deploy('v2', { policy: { deadlines } });
  const next = await beanpod.deploy('v3', { policy: { deadlines } });
  const stateOf = async (which: string) =>
    (await beanpod.deployments.load(which))?.state ?? { name: 'queued' };

  await vi.waitUntil(async () => isEnded(await stateOf(id)), PATIENCE);
  expect(await stateOf(id)).toMatchObject(expected);
  await vi.waitUntil(async () => isEnded(await stateOf(next)), PATIENCE);
});

it.concurrent(
  'a deployment whose workers were away past its deadline is looked at once more before it is judged',
  async () => {
    const beanpod = install();
    const cloud = createScriptedCloud({ settle: FOR_EVER });
    const first = beanpod.startWorker(cloud.provider);
    const ids = await Promise.all(
      ['shop', 'basket'].map((service) =>
        beanpod.deploy('v2', { service, policy: { deadlines: { stepMs: 2_000 } } }),
      ),
    );
    await vi.waitUntil(() => cloud.visits.filter((place) => place === 'settle').length === 2, PATIENCE);
    await first.close();
    await sleep(2_100);
    // One update has come to its end meanwhile, the other one has not.
    cloud.script = { settle: [LONG, LONG, done, LONG] };
    beanpod.startWorker(cloud.provider);
    const states = await Promise.all(
      ids.map(async (id) => {
        const load = async () => (await beanpod.deployments.load(id))?.state ?? { name: 'queued' };
        await vi.waitUntil(async () => isEnded(await load()), PATIENCE);
        return (await load()).name;
      }),
    );

    expect(states.sort()).toEqual(['rolled_back', 'succeeded']);
  },
);

it.concurrent('a deployment that no worker starts ends at its queue deadline', async () => {
  const beanpod = install();
  const id = await beanpod.deploy('v2', { queueMs: 100 });

  const nameOf = async () => (await beanpod.deployments.load(id))?.state.name;
  await vi.waitUntil(async () => (await nameOf()) === 'expired', PATIENCE);
});
