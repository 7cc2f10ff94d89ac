import type { Redis } from 'ioredis';
import { keysOf } from './keys.js';

/** Longer than any ticket is good, whatever the clocks say. */
const REMEMBERED_MS = 120_000;

/** Which tickets were used. */
export function createSpentTickets(redis: Redis, namespace: string) {
  const keys = keysOf(namespace);
  return {
    /** Whether this is the first use of the nonce, in whatever process. */
    async spend(nonce: string): Promise<boolean> {
      return (await redis.set(keys.spentTicket(nonce), '1', 'PX', REMEMBERED_MS, 'NX')) === 'OK';
    },
  };
}

export type SpentTickets = ReturnType<typeof createSpentTickets>;
