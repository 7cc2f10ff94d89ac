import type { Redis } from 'ioredis';
import { keysOf } from './keys.js';

/** What an `Idempotency-Key` stands for: the key as its caller's own, and a hash of what was asked for under it. */
export interface Idempotency {
  readonly scope: string;
  readonly hash: string;
}

/** What was accepted under the same key before: `replay` when the same was asked for, `conflict` when something else was. */
export interface Earlier {
  readonly said: 'replay' | 'conflict';
  readonly id: string;
}

const REMEMBERED_MS = 24 * 3_600_000;

/** Scope, body hash and time to live, as scripts with `IDEMPOTENCY` take them. */
export function idempotencyArguments(given: Idempotency | undefined): readonly [string, string, number] {
  return [given?.scope ?? '', given?.hash ?? '', REMEMBERED_MS];
}

/** Reads such an answer of a script; undefined when it says something else. */
export function readEarlier(said: string, id: string): Earlier | undefined {
  return said === 'replay' || said === 'conflict' ? { said, id } : undefined;
}

/** Keys of one kind of thing. Each kind has its own, so that one key may make a release and a clone. */
export function createIdempotency(redis: Redis, namespace: string, kind: string) {
  const keys = keysOf(namespace);
  const keyOf = ({ scope }: Idempotency) => keys.idempotency(`${kind}:${scope}`);
  return {
    /** The arguments of a script that accepts something of this kind. */
    arguments: (given: Idempotency | undefined) =>
      idempotencyArguments(given && { ...given, scope: `${kind}:${given.scope}` }),

    /** What was accepted under a key; undefined when nothing was within a day. */
    async earlier(given: Idempotency): Promise<Earlier | undefined> {
      const [id, hash] = await redis.hmget(keyOf(given), 'id', 'hash');
      return id ? { said: hash === given.hash ? 'replay' : 'conflict', id } : undefined;
    },

    /** Lets a key be used anew, for what was taken back because it could not be made whole. */
    async forget(given: Idempotency): Promise<void> {
      await redis.del(keyOf(given));
    },
  };
}
