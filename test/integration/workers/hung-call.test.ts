import { Type } from 'typebox';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Turn } from '../../../src/providers/contract.js';
import { defineProvider } from '../../../src/providers/define-provider.js';
import { done } from '../../../src/shared/domain/outcome.js';
import { schemaOf } from '../../../src/shared/schema/schema.js';
import { useRedis } from '../../support/redis.js';
import { createInstallation } from '../../support/worker.js';

const redis = useRedis();
beforeAll(() => redis.start());
afterAll(() => redis.stop());

it('a call that was given up because it hung can write nothing any more, so that the rollback stands', async () => {
  const anything = schemaOf(Type.Object({}, { additionalProperties: true }));
  const writes: string[] = [];
  let answer: () => void;
  const answered = new Promise<void>((resolve) => (answer = resolve));
  let tell: (what: unknown) => void;
  const late = new Promise<unknown>((resolve) => (tell = resolve));

  /** Waits for something without heeding its signal, and then goes on to write. */
  async function writeLate(turn: Turn) {
    if (writes.length > 0) return done;
    await turn.intend('first');
    writes.push('v2');
    await answered;
    try {
      await turn.intend('second');
      writes.push('v2');
      tell('wrote');
    } catch (error) {
      tell(error);
    }
    return done;
  }

  async function restore(turn: Turn) {
    await turn.intend('restore');
    writes.push('v1');
    answer();
    await late;
    return done;
  }

  const provider = defineProvider({
    kind: 'hangs',
    target: anything,
    baseline: anything,
    open: async () => ({
      capture: async () => ({ said: 'captured', baseline: {}, summary: 'v1' }),
      forward: () => [{ id: 'write', title: 'Write', writes: true, run: writeLate }],
      back: () => [{ id: 'restore', title: 'Restore', writes: true, run: restore }],
      assess: async () => done,
      evidence: async () => ({ firstCause: '', lines: [] }),
    }),
  });

  const beanpod = createInstallation({ url: redis.url, namespace: redis.namespace });
  beanpod.startWorker(provider);
  const id = await beanpod.deploy('v2', { provider: 'hangs', policy: { deadlines: { stepMs: 500 } } });

  expect(await beanpod.end(id)).toMatchObject({ name: 'rolled_back' });
  expect(writes).toEqual(['v2', 'v1']);
  expect(await late).toMatchObject({ name: 'TimeoutError' });
  expect(await beanpod.deployments.audit()).toEqual([]);
  await beanpod.close();
});
