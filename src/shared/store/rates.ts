import type { Redis } from 'ioredis';
import { keysOf } from './keys.js';
import { script } from './scripts.js';
import { COUNT_RATES } from './scripts/rates.js';

/** So many counters travel in one call, since a script stops everybody else. */
const MOST_AT_ONCE = 1_000;

const countRates = script<number[]>(COUNT_RATES);

/** Counters that all processes of the installation share, by window of time; a window is forgotten after `keepMs`. */
export function createRateCounters(redis: Redis, namespace: string, keepMs: number) {
  const { root } = keysOf(namespace);
  return {
    /** Adds to counters and answers what each comes to in all processes. */
    async add(window: number, counts: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, number>> {
      const totals = new Map<string, number>();
      const all = [...counts];
      for (let from = 0; from < all.length; from += MOST_AT_ONCE) {
        const part = all.slice(from, from + MOST_AT_ONCE);
        const found = await countRates(redis, root, [window, keepMs, ...part.flat()]);
        part.forEach(([key], index) => totals.set(key, found[index] ?? 0));
      }
      return totals;
    },
  };
}

export type RateCounters = ReturnType<typeof createRateCounters>;
