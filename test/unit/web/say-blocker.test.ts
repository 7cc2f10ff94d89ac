import { expect, test } from 'vitest';

import { sayRule } from '../../../web/src/blockers/say-blocker.js';

test.each([
  [[1, 2, 3, 4, 5], 'Monday to Friday'],
  [[5, 4, 3, 7], 'Wednesday to Friday, Sunday'],
  [[6, 7], 'Saturday, Sunday'],
  [[7, 6, 5, 4, 3, 2, 1], 'every day'],
])('the days %j of a window are said as %s', (days, words) => {
  const window = { zone: 'Europe/Warsaw', days, from: '16:00', to: '20:00' };

  expect(sayRule({ type: 'window', windows: [window] })).toBe(`Closed ${words} 16:00–20:00 Europe/Warsaw`);
});
