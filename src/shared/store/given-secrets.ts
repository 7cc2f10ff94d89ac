import type { Redis } from 'ioredis';
import { keysOf } from './keys.js';

/** Whose session it is: a person's, or that of a token by its hash. */
export interface Session {
  readonly of: { readonly person: string } | { readonly token: string };
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** What a secret of each kind stands for. */
export interface Given {
  readonly session: Session;
  readonly invitation: { readonly person: string };
}

/** Secrets that we gave somebody, by the SHA-256 of each; the secrets themselves are never stored, and each ends by itself. */
export function createGivenSecrets(redis: Redis, namespace: string) {
  const keys = keysOf(namespace);
  return {
    async keep<K extends keyof Given>(kind: K, hash: string, value: Given[K], forMs: number): Promise<void> {
      await redis.set(keys.secret(kind, hash), JSON.stringify(value), 'PX', forMs);
    },

    async find<K extends keyof Given>(kind: K, hash: string): Promise<Given[K] | undefined> {
      const stored = await redis.get(keys.secret(kind, hash));
      return stored === null ? undefined : (JSON.parse(stored) as Given[K]);
    },

    /** Finds and removes in one step, so that a secret works once. */
    async take<K extends keyof Given>(kind: K, hash: string): Promise<Given[K] | undefined> {
      const stored = await redis.getdel(keys.secret(kind, hash));
      return stored === null ? undefined : (JSON.parse(stored) as Given[K]);
    },

    /** Ends a session in every process. */
    async endSession(hash: string): Promise<void> {
      await redis.del(keys.secret('session', hash));
      await redis.publish(keys.accessChanged, 'session');
    },
  };
}

export type GivenSecrets = ReturnType<typeof createGivenSecrets>;
