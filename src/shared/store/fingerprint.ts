import { createHash } from 'node:crypto';

/** What somebody expects to be stored: `any`thing at all, `nothing`, or one of these fingerprints. */
export type Expected = 'any' | 'nothing' | readonly string[];

/** Tells two stored texts apart. Scripts compute the same with `redis.sha1hex`; it is no secret and no proof. */
export function fingerprintOf(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

/** As `matches` of the scripts takes it. */
export function expectation(expected: Expected | undefined): string {
  if (expected === undefined) return '';
  if (expected === 'any') return '*';
  return expected === 'nothing' ? '-' : expected.join(' ') || 'none';
}
