import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { PRELUDE } from './scripts/prelude.js';

/** One atomic step in Redis: called with plain arguments, answers what the script returns. */
export type Script<Reply> = (
  redis: Redis,
  root: string,
  args: readonly (string | number)[],
) => Promise<Reply>;

/** Sends only the hash of the script, and its text once to a Redis that does not know it. */
export function script<Reply>(body: string): Script<Reply> {
  const text = PRELUDE + body;
  const sha = createHash('sha1').update(text).digest('hex');
  return async (redis, root, args) => {
    try {
      return (await redis.evalsha(sha, 1, root, ...args)) as Reply;
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return (await redis.eval(text, 1, root, ...args)) as Reply;
    }
  };
}
