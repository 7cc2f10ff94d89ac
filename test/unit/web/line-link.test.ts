import { describe, expect, test } from 'vitest';

import { hashOf, readLines } from '../../../web/src/log/line-link.js';

describe('the address of a line', () => {
  test.each([
    ['#L12', { from: 12, to: 12 }],
    ['#L12-L20', { from: 12, to: 20 }],
    ['#L20-12', { from: 12, to: 20 }],
  ])('%s marks its lines', (hash, lines) => {
    expect(readLines(hash)).toEqual(lines);
  });

  test.each(['', '#', '#12', '#Lx', '#L12-', '#L1234567890', '#L1-L2-L3'])('%j marks nothing', (hash) => {
    expect(readLines(hash)).toBeUndefined();
  });

  test('comes back as it was', () => {
    for (const hash of ['#L7', '#L7-L9']) expect(hashOf(readLines(hash) ?? { from: 0, to: 0 })).toBe(hash);
  });
});
