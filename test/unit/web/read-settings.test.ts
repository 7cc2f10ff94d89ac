import { expect, test } from 'vitest';

import { readSettings } from '../../../web/src/settings/read-settings.js';

test('settings are an object of JSON', () => {
  expect(readSettings('{"a": 1}')).toEqual({ settings: { a: 1 } });
});

test.each([
  ['[1]', 'must be an object'],
  ['null', 'must be an object'],
  ['{"a": x}', 'not JSON'],
  ['{"a": 1', 'not JSON'],
])('%j is refused with a reason', (text, words) => {
  expect(readSettings(text)).toMatchObject({ problem: expect.stringContaining(words) as unknown });
});
