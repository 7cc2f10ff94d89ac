import { createHash } from 'node:crypto';
import { canonical } from '../json.js';

// The alphabet of the server's safe encoding: no vowels, nothing that looks like another letter.
const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/** A short hash of a pod template: equal templates have equal hashes, whatever the order of their fields. */
export function templateHash(template: unknown, collisions = 0): string {
  const digest = createHash('sha256')
    .update(`${collisions}${canonical(template)}`)
    .digest();
  let text = '';
  for (let index = 0; index < 10; index++) text += LETTERS[(digest[index] ?? 0) % LETTERS.length] ?? 'b';
  return text;
}
