import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { keysOf } from './keys.js';
import { script } from './scripts.js';
import { ATTEMPT } from './scripts/directory.js';

/** Attempts that may fail in a row without a lock; then the lock doubles with each further one. */
const FREE_ATTEMPTS = 5;
const FIRST_LOCK_MS = 2_000;
const LONGEST_LOCK_MS = 15 * 60_000;

const attempt = script<number>(ATTEMPT);

/** Slows down guessing of passwords, for all processes together. */
export function createSignIns(redis: Redis, namespace: string) {
  const keys = keysOf(namespace);
  return {
    /** Counts an attempt before it is judged. Answers milliseconds until the next one may be made, 0 when this one may. */
    attempt: (name: string) =>
      attempt(redis, keys.root, [groupOf(name), FREE_ATTEMPTS, FIRST_LOCK_MS, LONGEST_LOCK_MS]),

    /** The attempt was right: what came before it is forgotten. */
    async succeeded(name: string): Promise<void> {
      await redis.del(keys.signIns(groupOf(name)));
    },
  };
}

export type SignIns = ReturnType<typeof createSignIns>;

/** Names share 65 536 counters, so that guessing under ever new names does not fill the store. */
function groupOf(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 4);
}
