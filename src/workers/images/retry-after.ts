import type { CredentialAnswer } from '../secrets/credential-http.js';

/** Pause before a registry is asked again, and the longest one that it may wish for, in milliseconds. */
const PAUSE_MS = 5_000;
const LONGEST_MS = 60_000;

/** How long a registry wants to be left alone; seconds of `Retry-After`, within reason. */
export function retryAfterMs({ header }: Pick<CredentialAnswer & { said: 'answered' }, 'header'>): number {
  const seconds = Number(header('retry-after') ?? '');
  return seconds > 0 ? Math.min(seconds * 1_000, LONGEST_MS) : PAUSE_MS;
}
