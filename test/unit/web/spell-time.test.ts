import { expect, test } from 'vitest';

import { spellAgo, spellSpan } from '../../../web/src/elements/spell-time.js';

test.each([
  [0, '0 ms'],
  [420, '420 ms'],
  [4_240, '4.2 s'],
  [47_900, '47 s'],
  [60_000, '1 m'],
  [100_000, '1 m 40 s'],
  [7_500_000, '2 h 5 m'],
  [273_600_000, '3 d 4 h'],
  [-5, '0 ms'],
])('a span of %i ms is %s', (ms, text) => {
  expect(spellSpan(ms)).toBe(text);
});

test.each([
  [0, 'now'],
  [12_000, '12 s ago'],
  [240_000, '4 m ago'],
  [172_800_000, '2 d ago'],
  [-240_000, 'in 4 m'],
])('%i ms before now is %s', (ms, text) => {
  expect(spellAgo(1_000_000_000_000 - ms, 1_000_000_000_000)).toBe(text);
});
