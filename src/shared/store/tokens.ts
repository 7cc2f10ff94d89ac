import type { Redis } from 'ioredis';
import type { TokenView } from '../contract/token.js';
import type { Owner } from '../domain/access-directory.js';
import { keysOf } from './keys.js';

/** A token as it is stored; the time of its last use is kept beside it. */
export type StoredToken = Omit<TokenView, 'lastUsedAt'>;

/** Milliseconds for which a token that has ended stays in the list. */
const KEPT_MS = 7 * 24 * 3_600_000;

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

  async function removeAll(is: (token: StoredToken) => boolean): Promise<boolean> {
    const all = Object.entries(await redis.hgetall(keys.tokens));
    const found = all.filter(([, json]) => is(JSON.parse(json) as StoredToken)).map(([hash]) => hash);
    await forget(found);
    if (found.length > 0) await redis.publish(keys.accessChanged, 'tokens');
    return found.length > 0;
  }

  async function forget(hashes: readonly string[]): Promise<void> {
    if (hashes.length === 0) return;
    const stored = await redis.hmget(keys.tokens, ...hashes);
    const ids = stored.flatMap((json) => (json === null ? [] : [(JSON.parse(json) as StoredToken).id]));
    const changes = redis
      .multi()
      .hdel(keys.tokens, ...hashes)
      .zrem(keys.tokensEnds, ...hashes);
    await (ids.length > 0 ? changes.hdel(keys.tokensUsed, ...ids) : changes).exec();
  }

  return {
    /** Oldest first. */
    list,

    async find(hash: string): Promise<StoredToken | undefined> {
      const stored = await redis.hget(keys.tokens, hash);
      return stored === null ? undefined : (JSON.parse(stored) as StoredToken);
    },

    /** Also forgets tokens that ended long ago, since CI makes many. */
    async add(hash: string, token: StoredToken): Promise<void> {
      await forget(await redis.zrangebyscore(keys.tokensEnds, 0, Date.now() - KEPT_MS, 'LIMIT', 0, 100));
      const changes = redis.multi().hset(keys.tokens, hash, JSON.stringify(token));
      await changes.zadd(keys.tokensEnds, Date.parse(token.expiresAt), hash).exec();
    },

    /** Remembers that a token was used at a time in milliseconds since the epoch. */
    async used(id: string, at: number): Promise<void> {
      await redis.hset(keys.tokensUsed, id, at);
    },

    /** Tells every process to forget what it remembers of tokens. Answers false when there is no such token. */
    remove: (id: string) => removeAll((token) => token.id === id),

    /** Removes every token of an owner, lest they come back to life with another one of the same name. */
    removeOf: ({ kind, name }: Owner) =>
      removeAll(({ owner }) => owner?.kind === kind && owner.name === name),

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
