import type { Redis } from 'ioredis';
import { decodeEntries, type Line } from './entries.js';
import { keysOf } from './keys.js';

/** Most stream entries that are read in one go; each holds one batch of at least one line. */
const ENTRIES_PER_READ = 200;

/** Reads journals. A line number is a cursor: reading after it costs the same at any place of any journal. */
export function createJournal(redis: Redis, namespace: string) {
  const keys = keysOf(namespace);
  return {
    /** Up to `limit` lines after line `after`, oldest first, without gaps. Fewer than `limit` lines: there are no more yet. */
    async read(id: string, after: number, limit: number): Promise<readonly Line[]> {
      const lines: Line[] = [];
      let from = after;
      while (lines.length < limit) {
        const most = Math.min(ENTRIES_PER_READ, limit - lines.length);
        const entries = await redis.xrange(keys.journal(id), `${from + 1}-0`, '+', 'COUNT', most);
        for (const [streamId, [, at, , , , json]] of entries) {
          const batch = decodeEntries(streamId, Number(at), json ?? '[]');
          lines.push(...batch.filter((line) => line.n > after));
          from = Number.parseInt(streamId, 10);
        }
        if (entries.length < most) break;
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
