import { createHash } from 'node:crypto';

/** Names of a clone go into names at clouds, which are short, and into host names. */
const MOST = 40;
const HASHED = 8;

/**
 * The name of an environment made of any text: lower case letters, digits and dashes. What is too long is cut and gets a
 * hash of the whole, so that two long names stay two. Undefined when nothing is left.
 */
export function reviewName(text: string): string | undefined {
  const safe = dashed(text.toLowerCase().replace(/[^a-z0-9]+/g, '-'));
  if (safe.length <= MOST) return safe === '' ? undefined : safe;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, HASHED);
  return `${dashed(safe.slice(0, MOST - HASHED - 1))}-${hash}`;
}

function dashed(text: string): string {
  return text.replace(/^-|-$/g, '');
}
