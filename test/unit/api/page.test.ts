import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeCursor, readCursor } from '../../../src/api/page.js';
import { readQuery } from '../../../src/api/query.js';
import { requestIdOf } from '../../../src/api/request-id.js';
import { waitOf } from '../../../src/api/wait.js';
import { Type } from 'typebox';

describe('a cursor', () => {
  test('leads back to its key, whatever that is', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (key) => {
        expect(readCursor(makeCursor(key))).toBe(key);
      }),
    );
  });

  test.each(['', '!', 'c2hvcA==', 'c2hvc'])('that we never gave is refused: %j', (cursor) => {
    expect(() => readCursor(cursor)).toThrow('cursor');
  });
});

describe('a query', () => {
  const schema = Type.Object({
    limit: Type.Integer(),
    deep: Type.Boolean(),
    state: Type.Array(Type.String()),
    q: Type.String(),
  });

  test('is read as the schema wants it, and what cannot be stays text for the schema to refuse', () => {
    expect({ ...readQuery(schema, { limit: '7', deep: 'true', state: 'a', q: '7' }) }).toEqual({
      limit: 7,
      deep: true,
      state: ['a'],
      q: '7',
    });
    expect({ ...readQuery(schema, { limit: '7x', deep: 'yes', q: ['a', 'b'], other: '1' }) }).toEqual({
      limit: '7x',
      deep: 'yes',
      q: ['a', 'b'],
      other: '1',
    });
  });
});

describe('how long to wait', () => {
  test.each([
    [undefined, undefined, 0, {}],
    [50, undefined, 50_000, {}],
    [undefined, 'wait=50', 50_000, { 'preference-applied': 'wait=50' }],
    [undefined, 'respond-async, wait=10', 10_000, { 'preference-applied': 'wait=10' }],
    [undefined, 'wait=500', 55_000, { 'preference-applied': 'wait=55' }],
    [undefined, 'await=5', 0, {}],
    [0, 'wait=50', 0, {}],
  ])('is read from the query %s and Prefer: %s', (query, prefer, ms, headers) => {
    expect(waitOf(query, prefer)).toEqual({ ms, headers });
  });
});

describe('a request id', () => {
  test('is the one of the caller when it is safe to repeat, else a new one', () => {
    expect(requestIdOf('build-118/7')).toBe('build-118/7');
    for (const unsafe of [undefined, '', 'a b', 'a"b', 'x'.repeat(129), 'a\u0000b'])
      expect(requestIdOf(unsafe)).not.toBe(unsafe);
    expect(requestIdOf(undefined)).not.toBe(requestIdOf(undefined));
  });
});
