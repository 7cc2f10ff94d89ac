import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSeal, isSealed, SealProblem } from '../../../../src/shared/secrets/seal.js';

const keyOf = (id: string, byte: number) => `${id}:${Buffer.alloc(32, byte).toString('base64')}`;
const [older, newer] = [keyOf('a', 1), keyOf('b', 2)];

function sealWith(...keys: readonly string[]) {
  const seal = createSeal(keys);
  if (!seal) throw new Error('no keys');
  return seal;
}

describe('a sealed text', () => {
  test('opens again, and shows nothing of what is in it', () => {
    const seal = sealWith(newer);
    fc.assert(
      fc.property(fc.string({ minLength: 8 }), (text) => {
        const sealed = seal.close(text, 'here');
        return isSealed(sealed) && !sealed.includes(text) && seal.open(sealed, 'here') === text;
      }),
    );
  });

  test('differs each time', () => {
    const seal = sealWith(newer);

    expect(seal.close('same', 'here')).not.toBe(seal.close('same', 'here'));
  });

  test('opens with an older key after a rotation, and is no longer current', () => {
    const sealed = sealWith(older).close('text', 'here');
    const rotated = sealWith(newer, older);

    expect(rotated.open(sealed, 'here')).toBe('text');
    expect(rotated.isCurrent(sealed)).toBe(false);
    expect(rotated.isCurrent(rotated.close('text', 'here'))).toBe(true);
  });

  test.each([
    ['for another purpose', (sealed: string) => [sealed, 'there'] as const],
    ['when a bit was changed', (sealed: string) => [flipped(sealed), 'here'] as const],
    ['when its end is missing', (sealed: string) => [sealed.slice(0, -6), 'here'] as const],
    ['when it is empty', () => ['sealed:v1:b:', 'here'] as const],
  ])('does not open %s', (_, changed) => {
    const seal = sealWith(newer);
    const [sealed, purpose] = changed(seal.close('the text itself', 'here'));

    expect(() => seal.open(sealed, purpose)).toThrow(SealProblem);
  });

  test('names the key that is missing', () => {
    const sealed = sealWith(older).close('text', 'here');

    expect(() => sealWith(newer).open(sealed, 'here')).toThrow('"a", which is not configured');
  });

  test.each([
    ['too short', 'a:c2hvcnQ='],
    ['without an id', Buffer.alloc(32).toString('base64')],
  ])('cannot be made with a key that is %s, which is not shown', (_, key) => {
    expect(() => createSeal([key])).toThrow(/key 1 is not "id:base64" with 32 bytes behind the base64$/);
  });

  test('cannot be made with two keys of one id', () => {
    expect(() => createSeal([keyOf('a', 1), keyOf('a', 2)])).toThrow('same id');
  });
});

function flipped(sealed: string): string {
  const last = sealed.at(-3) === 'A' ? 'B' : 'A';
  return sealed.slice(0, -3) + last + sealed.slice(-2);
}
