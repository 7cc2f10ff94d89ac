import type { Redis } from 'ioredis';
import type { TokenView } from '../contract/token.js';
import { keysOf } from './keys.js';

/** A token as it is stored; the time of its last use is kept beside it. */
export type StoredToken = Omit<TokenView, 'lastUsedAt'>;

/** Access tokens by the SHA-256 of their secret; the secret itself is never stored. */
export function createTokens(redis: Redis, namespace: string) {
  const keys = keysOf(namespace);

  async function list(): Promise<readonly TokenView[]> {
    const [stored, used] = await Promise.all([redis.hvals(keys.tokens), redis.hgetall(keys.tokensUsed)]);
    const tokens = stored.map((json) => {
      const token = JSON.parse(json) as StoredToken;
      const at = used[token.id];
      return { ...token, ...(at !== undefined && { lastUsedAt: new Date(Number(at)).toISOString() }) };
    });
    return tokens.sort((one, other) => (one.createdAt < other.createdAt ? -1 : 1));
  }

  return {
    /** Oldest first. */
    list,

    async find(hash: string): Promise<StoredToken | undefined> {
      const stored = await redis.hget(keys.tokens, hash);
      return stored === null ? undefined : (JSON.parse(stored) as StoredToken);
    },

    async add(hash: string, token: StoredToken): Promise<void> {
      await redis.hset(keys.tokens, hash, JSON.stringify(token));
    },

    /** Remembers that a token was used at a time in milliseconds since the epoch. */
    async used(id: string, at: number): Promise<void> {
      await redis.hset(keys.tokensUsed, id, at);
    },

    /** Tells every process to forget what it remembers of tokens. Answers false when there is no such token. */
    async remove(id: string): Promise<boolean> {
      const all = await redis.hgetall(keys.tokens);
      const found = Object.entries(all).find(([, json]) => (JSON.parse(json) as StoredToken).id === id);
      if (!found) return false;
      await redis.hdel(keys.tokens, found[0]);
      await redis.hdel(keys.tokensUsed, id);
      await redis.publish(keys.accessChanged, id);
      return true;
    },

    /** Calls `listener` whenever a token or a session ended, in any process, as long as the subscription holds. */
    onRemoved(subscriber: Redis, listener: () => void): void {
      subscriber.on('message', (channel: string) => {
        if (channel === keys.accessChanged) listener();
      });
      subscriber.subscribe(keys.accessChanged).catch(ignoreUntilReconnected);
    },
  };
}

export type Tokens = ReturnType<typeof createTokens>;

/** ioredis subscribes again after a reconnection; until then what is remembered ends by its age. */
function ignoreUntilReconnected(error: unknown): void {
  void error;
}
