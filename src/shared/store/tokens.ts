import type { Redis } from 'ioredis';
import type { TokenView } from '../contract/token.js';
import { keysOf } from './keys.js';

/** Access tokens by the SHA-256 of their secret; the secret itself is never stored. */
export function createTokens(redis: Redis, namespace: string) {
  const keys = keysOf(namespace);
  return {
    async find(hash: string): Promise<TokenView | undefined> {
      const stored = await redis.hget(keys.tokens, hash);
      return stored === null ? undefined : (JSON.parse(stored) as TokenView);
    },

    async add(hash: string, token: TokenView): Promise<void> {
      await redis.hset(keys.tokens, hash, JSON.stringify(token));
    },

    /** Oldest first. */
    async list(): Promise<readonly TokenView[]> {
      const stored = await redis.hvals(keys.tokens);
      const tokens = stored.map((json) => JSON.parse(json) as TokenView);
      return tokens.sort((one, other) => (one.createdAt < other.createdAt ? -1 : 1));
    },

    /** Tells every process to forget what it remembers of tokens. Answers false when there is no such token. */
    async remove(id: string): Promise<boolean> {
      const all = await redis.hgetall(keys.tokens);
      const found = Object.entries(all).find(([, json]) => (JSON.parse(json) as TokenView).id === id);
      if (!found) return false;
      await redis.hdel(keys.tokens, found[0]);
      await redis.publish(keys.tokensChanged, id);
      return true;
    },

    /** Calls `listener` whenever a token was removed, by any process, as long as the subscription holds. */
    onRemoved(subscriber: Redis, listener: () => void): void {
      subscriber.on('message', (channel: string) => {
        if (channel === keys.tokensChanged) listener();
      });
      subscriber.subscribe(keys.tokensChanged).catch(ignoreUntilReconnected);
    },
  };
}

export type Tokens = ReturnType<typeof createTokens>;

/** ioredis subscribes again after a reconnection; until then what is remembered ends by its age. */
function ignoreUntilReconnected(error: unknown): void {
  void error;
}
