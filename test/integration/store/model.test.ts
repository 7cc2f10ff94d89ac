import fc from 'fast-check';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createJournal } from '../../../src/shared/store/journal.js';
import { useRedis } from '../../support/redis.js';
import { programs } from './model-commands.js';
import { PLACES } from './model-reference.js';
import { openModel } from './model-world.js';

/** More programs, or those of one seed again: BEANPOD_MODEL_RUNS=5000 BEANPOD_MODEL_SEED=42. */
const RUNS = Number(process.env['BEANPOD_MODEL_RUNS'] ?? 150);
const SEED = process.env['BEANPOD_MODEL_SEED'];

const redis = useRedis();
const connections: Redis[] = [];

beforeAll(async () => {
  await redis.start();
  for (let count = 0; count < 3; count += 1) connections.push(new Redis(redis.url));
});
afterAll(async () => {
  for (const connection of connections) connection.disconnect();
  await redis.stop();
});

describe('the store', () => {
  it(
    `does what the reference does in ${RUNS} random programs of three clients`,
    { timeout: 900_000 },
    async () => {
      let programNumber = 0;
      await fc.assert(
        fc.asyncProperty(programs, async (program) => {
          const namespace = `${redis.namespace}-${(programNumber += 1)}`;
          const { model, real } = openModel(connections, namespace);
          await redis.client.hset(`${real.root}:limits`, 'global', PLACES);
          try {
            await fc.asyncModelRun(() => ({ model, real }), program);
            const journal = createJournal(redis.client, namespace);
            for (const { id, codes } of model.reference.deployments.values()) {
              const lines = await journal.read(id, 0, 10_000);
              expect(lines.map(({ n }) => n)).toEqual(lines.map((_, index) => index + 1));
              expect(lines.map(({ code, text }) => code ?? text)).toEqual(codes);
            }
          } finally {
            await forget(real.root);
          }
        }),
        { numRuns: RUNS, ...(SEED && { seed: Number(SEED) }) },
      );
    },
  );
});

async function forget(root: string): Promise<void> {
  const keys = await redis.client.keys(`${root}:*`);
  if (keys.length > 0) await redis.client.unlink(...keys);
}
