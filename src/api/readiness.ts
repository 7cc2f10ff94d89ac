import type { Redis } from 'ioredis';
import { unfitness } from '../shared/redis.js';
import type { ReadinessCheck } from './routes/health.js';

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
