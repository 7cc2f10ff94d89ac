import { once } from 'node:events';
import type { Redis } from 'ioredis';
import { ConfigProblem } from '../shared/config/schema.js';
import { unfitness } from '../shared/redis.js';
import type { ReadinessCheck } from './routes/health.js';

/** Milliseconds that Redis may take to be reachable at the start. */
const WITHIN_MS = 10_000;

/** Resolves when the connection can be used; throws when that takes longer than 10 seconds. */
export async function reachable(redis: Redis): Promise<void> {
  if (redis.status === 'ready') return;
  try {
    await once(redis, 'ready', { signal: AbortSignal.timeout(WITHIN_MS) });
  } catch (error) {
    const where = redis.options.path ?? `${redis.options.host}:${redis.options.port}`;
    throw new Error(
      `Redis at ${where} was not reachable within ${WITHIN_MS / 1000} s: start it or correct REDIS_URL`,
      {
        cause: error,
      },
    );
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

/** What `/readyz` looks at. After `drain` the process calls itself unready, so that balancers leave it in time. */
export function createReadiness(redis: Redis, redisCheck: 'strict' | 'off') {
  let draining = false;

  async function checkRedis(): Promise<readonly ReadinessCheck[]> {
    try {
      const reasons = redisCheck === 'strict' ? await unfitness(redis) : await redis.ping().then(() => []);
      const fit = {
        name: 'redis-fit',
        ok: reasons.length === 0,
        ...(reasons.length > 0 && { detail: reasons.join('; ') }),
      };
      return [{ name: 'redis', ok: true }, fit];
    } catch (error) {
      const detail = `Redis did not answer: ${error instanceof Error ? error.message : String(error)}`;
      return [{ name: 'redis', ok: false, detail }];
    }
  }

  return {
    async checks(): Promise<readonly ReadinessCheck[]> {
      return [{ name: 'not-draining', ok: !draining }, ...(await checkRedis())];
    },
    drain(): void {
      draining = true;
    },
  };
}
