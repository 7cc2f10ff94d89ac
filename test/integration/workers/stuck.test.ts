import { setTimeout as sleep } from 'node:timers/promises';
import { Type } from 'typebox';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { defineProvider } from '../../../src/providers/define-provider.js';
import { done } from '../../../src/shared/domain/outcome.js';
import { schemaOf } from '../../../src/shared/schema/schema.js';
import { useRedis } from '../../support/redis.js';
import { createInstallation } from '../../support/worker.js';

const LEASE_MS = 1_000;

const redis = useRedis();
beforeAll(() => redis.start());
afterAll(() => redis.stop());

it('a worker whose event loop stood still for longer than its lease never does one deployment twice at a time', async () => {
  const anything = schemaOf(Type.Object({}, { additionalProperties: true }));
  let [runs, atOnce, most] = [0, 0, 0];
  const provider = defineProvider({
    kind: 'stuck',
    target: anything,
    baseline: anything,
    open: async () => ({
      capture: async () => ({ said: 'captured', baseline: {}, summary: 'v1' }),
      forward: () => [{ id: 'compute', title: 'Compute', writes: false, run: compute }],
      back: () => [],
      assess: async () => done,
      evidence: async () => ({ firstCause: '', lines: [] }),
    }),
  });

  /** The first time it blocks the whole process, and then does not heed that it was stopped. */
  async function compute() {
    runs += 1;
    atOnce += 1;
    most = Math.max(most, atOnce);
    if (runs === 1) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1.5 * LEASE_MS);
      await sleep(4 * LEASE_MS);
    }
    atOnce -= 1;
    return done;
  }

  const beanpod = createInstallation({ url: redis.url, namespace: redis.namespace, leaseMs: LEASE_MS });
  beanpod.startWorker(provider);
  const id = await beanpod.deploy('v2', { provider: 'stuck' });

  await expect
    .poll(async () => (await beanpod.deployments.load(id))?.state.name, { timeout: 40_000 })
    .toBe('succeeded');
  expect(most).toBe(1);
  const claims = (await beanpod.story(id)).filter((code) => code === 'deployment.claimed');
  expect(claims).toHaveLength(2);
  expect(await beanpod.deployments.audit()).toEqual([]);
  await beanpod.close();
});
