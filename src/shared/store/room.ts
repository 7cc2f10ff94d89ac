import type { Redis } from 'ioredis';

/** Part of the memory of Redis from which on nothing new is accepted: what runs needs the rest to come to its end. */
const FULL_AT = 0.85;

/** How long one look counts, in milliseconds. */
const LOOK_MS = 1_000;

/**
 * Whether Redis has room for further deployments. A Redis that is full refuses every write, those of running
 * deployments and their leases too, so acceptance stops long before. Without `maxmemory` there is always room.
 */
export function createRoom(redis: Redis): () => Promise<boolean> {
  let seen: Promise<boolean> = Promise.resolve(true);
  let seenAt = Number.NEGATIVE_INFINITY;

  async function look(): Promise<boolean> {
    const info = await redis.info('memory');
    const [used = 0, most = 0] = ['used_memory', 'maxmemory'].map((name) =>
      Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0),
    );
    return most === 0 || used < most * FULL_AT;
  }

  return () => {
    if (performance.now() - seenAt < LOOK_MS) return seen;
    seenAt = performance.now();
    seen = look();
    // A look that failed is made again by the next caller.
    seen.catch(() => (seenAt = Number.NEGATIVE_INFINITY));
    return seen;
  };
}
