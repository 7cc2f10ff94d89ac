import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { PRELUDE } from './scripts/prelude.js';

/** One atomic step in Redis: called with plain arguments, answers what the script returns. */
export type Script<Reply> = (
  redis: Redis,
  root: string,
  args: readonly (string | number)[],
) => Promise<Reply>;

/** Sends only the hash of the script, and its text once to a Redis that does not know it. Half characters in JSON become U+FFFD. */
export function script<Reply>(body: string): Script<Reply> {
  const text = PRELUDE + body;
  const sha = createHash('sha1').update(text).digest('hex');
  return async (redis, root, given) => {
    const args = given.map(withoutHalves);
    try {
      return (await redis.evalsha(sha, 1, root, ...args)) as Reply;
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return (await redis.eval(text, 1, root, ...args)) as Reply;
    }
  };
}

/** Everything that begins with a backslash in JSON, and of that half of a surrogate pair as `JSON.stringify` spells it. */
const ESCAPES = /\\(?:u(?<half>d[89a-f][0-9a-f]{2})|[^])/g;

/**
 * A text that somebody cut within a character ends in half of it, at which the JSON reader of Redis stops a script in
 * its middle; and what a script has written until then stays.
 */
function withoutHalves(given: string | number): string | number {
  if (typeof given === 'number' || !given.includes('\\ud')) return given;
  return given.replace(ESCAPES, (escape: string, half?: string) => (half === undefined ? escape : '\ufffd'));
}
