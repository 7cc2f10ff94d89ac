import { once } from 'node:events';
import type { Redis } from 'ioredis';
import { ConfigProblem } from './config/schema.js';
import { unfitness } from './redis.js';

/** Milliseconds that Redis may take to be reachable at the start. */
const WITHIN_MS = 10_000;

/** Resolves when the connection can be used; throws when that takes longer than 10 seconds. */
export async function reachable(redis: Redis): Promise<void> {
  if (redis.status === 'ready') return;
  try {
    await once(redis, 'ready', { signal: AbortSignal.timeout(WITHIN_MS) });
  } catch (error) {
    const where = redis.options.path ?? `${redis.options.host}:${redis.options.port}`;
    const said = `Redis at ${where} was not reachable within ${WITHIN_MS / 1000} s: start it or correct REDIS_URL`;
    throw new Error(said, { cause: error });
  }
}

/** Throws a `ConfigProblem` for a Redis that may lose deployments. */
export async function proveFit(redis: Redis): Promise<void> {
  const reasons = await unfitness(redis);
  if (reasons.length === 0) return;
  throw new ConfigProblem([
    ...reasons,
    'To start all the same, at your own risk, set BEANPOD_REDIS_CHECK=off',
  ]);
}
