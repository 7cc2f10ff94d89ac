import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { keysOf } from './keys.js';
import { script } from './scripts.js';
import { SLOW_DOWN, TAKE } from './scripts/pace.js';

const take = script<number>(TAKE);
const slowDown = script<number>(SLOW_DOWN);

/** How many seconds' worth of calls may go out at once after a quiet time. */
const BURST_S = 4;
/** Share of the bucket that calls of an urgency leave to those that matter more. */
const LEFT_BY = { write: 0, read: 0.1, watch: 0.25 } as const;
/** After so many milliseconds Redis counts as silent; a patient connection would wait for it without end. */
const SILENT_MS = 1_000;
/** Longest wait before asking again, in milliseconds, since others may give up their turn. */
const LONGEST_MS = 5_000;

/**
 * A bucket of calls for each scope, shared by all processes of the installation. When Redis does not answer, calls go
 * out uncounted: the lease of a deployment already ends the work of a worker that has lost Redis.
 */
export function createPace(redis: Redis, namespace: string, perSecond: number) {
  const { root } = keysOf(namespace);
  const size = Math.max(4, perSecond * BURST_S);
  return {
    async take(scope: string, urgency: keyof typeof LEFT_BY, signal: AbortSignal): Promise<void> {
      for (;;) {
        signal.throwIfAborted();
        const args = [scope, perSecond, size, size * LEFT_BY[urgency]];
        const waitMs = await promptly(take(redis, root, args), signal);
        if (waitMs <= 0) return;
        // Spread, so that those who wait together do not come back together.
        await sleep(Math.min(LONGEST_MS, waitMs * (1 + Math.random())), undefined, { signal });
      }
    },
    async throttled(scope: string): Promise<void> {
      await slowDown(redis, root, [scope, perSecond]).catch(() => 0);
    },
  };
}

/** The answer, or 0 when there is none in time. Rejects when the signal aborts. */
async function promptly(answer: Promise<number>, signal: AbortSignal): Promise<number> {
  const over = new AbortController();
  const silence = sleep(SILENT_MS, 0, { signal: AbortSignal.any([signal, over.signal]) }).catch(() => {
    signal.throwIfAborted();
    return 0;
  });
  try {
    return await Promise.race([answer.catch(() => 0), silence]);
  } finally {
    over.abort();
  }
}
