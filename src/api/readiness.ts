import { setMaxListeners } from 'node:events';
import type { Redis } from 'ioredis';
import { unfitness } from '../shared/redis.js';
import type { ReadinessCheck } from './routes/health.js';

/** Whether the process can serve, and whether it still will. */
export interface Readiness {
  checks(): Promise<readonly ReadinessCheck[]>;
  /** Aborts when the process shuts down. */
  readonly closing: AbortSignal;
}

/** What `/readyz` looks at. After `drain` the process calls itself unready, so that balancers leave it in time. */
export function createReadiness(redis: Redis, redisCheck: 'strict' | 'off'): Readiness & { drain(): void } {
  const closing = new AbortController();
  // Every live log listens to it.
  setMaxListeners(0, closing.signal);

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
    closing: closing.signal,
    async checks(): Promise<readonly ReadinessCheck[]> {
      return [{ name: 'not-draining', ok: !closing.signal.aborted }, ...(await checkRedis())];
    },
    drain(): void {
      closing.abort();
    },
  };
}
