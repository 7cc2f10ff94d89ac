import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { done, wait } from '../../../src/shared/domain/outcome.js';
import { useInstallations } from '../../support/installations.js';
import { createScriptedCloud, degraded, type Script } from '../../support/scripted-provider.js';

const installations = useInstallations();
const { install } = installations;
beforeAll(() => installations.start());
afterAll(() => installations.stop());

/** Tests that run side by side cannot use expect.poll. */
const PATIENCE = { timeout: 40_000, interval: 20 };

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

  expect(await beanpod.end(id)).toMatchObject(expected);
  await beanpod.end(next);
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
    const states = await Promise.all(ids.map((id) => beanpod.end(id)));

    expect(states.map(({ name }) => name).sort()).toEqual(['rolled_back', 'succeeded']);
  },
);

it.concurrent('a deployment that no worker starts ends at its queue deadline', async () => {
  const beanpod = install();
  const id = await beanpod.deploy('v2', { queueMs: 100 });

  expect(await beanpod.end(id)).toMatchObject({ name: 'expired' });
});
