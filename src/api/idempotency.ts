import { hash } from 'node:crypto';
import { canonicalJson } from '../shared/canonical-json.js';
import type { Earlier, Idempotency } from '../shared/store/idempotency.js';
import type { Caller } from './access/caller.js';
import { Refusal } from './refusal.js';

/** What an `Idempotency-Key` of a caller stands for; undefined without one. Throws a Refusal for one that cannot be used. */
export function idempotencyOf(
  request: object,
  caller: Caller,
  key: string | undefined,
): Idempotency | undefined {
  if (key === undefined) return undefined;
  if (!/^[\x20-\x7e]{1,255}$/.test(key)) {
    const errors = [
      { pointer: '/header/idempotency-key', detail: 'must be 1 to 255 printable ASCII characters' },
    ];
    throw new Refusal('request.invalid', 'The Idempotency-Key must be 1 to 255 printable ASCII characters', {
      errors,
    });
  }
  return { scope: `${caller.id}:${key}`, hash: hash('sha256', canonicalJson(request), 'base64url') };
}

/** The refusal of a key that stands for something else already. */
export function keyIsTaken(what: 'deployment' | 'operation' | 'release' | 'clone', id: string): Refusal {
  return new Refusal(
    'idempotency.conflict',
    `The key belongs to ${what} ${id}, which was asked for with another body`,
  );
}

/** Id of what the same request made before. Throws a Refusal when the key stands for another request. */
export function replayedId({ said, id }: Earlier, what: 'release' | 'clone'): string {
  if (said === 'conflict') throw keyIsTaken(what, id);
  return id;
}

/** Headers of an answer that was given before, or is given for the first time. */
export function replayHeaders(replayed: boolean): Readonly<Record<string, string>> {
  return replayed ? { 'idempotency-replayed': 'true' } : {};
}
