import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reviewName } from '../../../../src/api/hooks/review-name.js';
import { NAME_PATTERN } from '../../../../src/shared/domain/ids.js';

describe('the name of a review environment', () => {
  it.each([
    ['review-7', 'review-7'],
    ['feature/Faster_Checkout', 'feature-faster-checkout'],
    ['--UP--', 'up'],
    ['x'.repeat(40), 'x'.repeat(40)],
    ['//', undefined],
  ])('of %s is %s', (text, name) => {
    expect(reviewName(text)).toBe(name);
  });

  it('stays unlike that of another long text that begins alike', () => {
    const [one, other] = ['a', 'b'].map((end) => reviewName(`feature/${'long-'.repeat(20)}${end}`));

    expect(one).toMatch(/^feature-long-long-long-long-lon-[0-9a-f]{8}$/);
    expect(other).not.toBe(one);
  });

  it('is a DNS label of at most 40 characters whatever the branch is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        const name = reviewName(text);
        expect(name ?? 'a').toMatch(new RegExp(NAME_PATTERN));
        expect((name ?? '').length).toBeLessThanOrEqual(40);
      }),
    );
  });
});
