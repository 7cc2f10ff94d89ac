import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isWellFormed, makeToken } from '../../../src/api/auth/access-token.js';

describe('an access token', () => {
  test('is well-formed, starts with its id, and is never the same', () => {
    const made = Array.from({ length: 200 }, () => makeToken());

    for (const { id, token } of made) {
      expect(token).toMatch(new RegExp(`^bp_${id}_[0-9A-Za-z]{49}$`));
      expect(isWellFormed(token)).toBe(true);
    }
    expect(new Set(made.map(({ token }) => token)).size).toBe(200);
  });

  test('with any one letter changed is not well-formed', () => {
    const { token } = makeToken();

    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom('0', 'a', 'Z', '_', '.'), (place, letter) => {
        fc.pre(token[place] !== letter);
        expect(isWellFormed(token.slice(0, place) + letter + token.slice(place + 1))).toBe(false);
      }),
    );
  });
});
