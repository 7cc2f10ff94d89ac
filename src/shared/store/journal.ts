import type { Redis } from 'ioredis';
import { decodeEntries, type Line } from './entries.js';
import { keysOf } from './keys.js';

/** Stream entries that are read first, to see how many lines they hold, and at most in one go. Each holds at least one line. */
const [FIRST_ENTRIES, MOST_ENTRIES] = [8, 200];

/** Reads journals. A line number is a cursor: reading after it costs the same at any place of any journal. */
export function createJournal(redis: Redis, namespace: string) {
  const keys = keysOf(namespace);
  return {
    /** Up to `limit` lines after line `after`, oldest first, without gaps. Fewer than `limit` lines: there are no more yet. */
    async read(id: string, after: number, limit: number): Promise<readonly Line[]> {
      const lines: Line[] = [];
      let from = after;
      let most = Math.min(FIRST_ENTRIES, limit);
      let seen = 0;
      while (lines.length < limit) {
        const entries = await redis.xrange(keys.journal(id), `${from + 1}-0`, '+', 'COUNT', most);
        for (const [streamId, [, at, , , , json]] of entries) {
          const batch = decodeEntries(streamId, Number(at), json ?? '[]');
          lines.push(...batch.filter((line) => line.n > after));
          from = Number.parseInt(streamId, 10);
        }
        if (entries.length < most) break;
        seen += entries.length;
        most = Math.min(Math.ceil(((limit - lines.length) * seen) / Math.max(lines.length, 1)), MOST_ENTRIES);
      }
      return lines.slice(0, limit);
    },

    /** Number of the last line; 0 for an empty journal. */
    async length(id: string): Promise<number> {
      return Number((await redis.hget(keys.deployment(id), 'lines')) ?? 0);
    },
  };
}

export type Journal = ReturnType<typeof createJournal>;
