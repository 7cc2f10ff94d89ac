import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson } from '../../../src/api/json-body.js';
import { Refusal } from '../../../src/api/refusal.js';

const parse = (text: string) => parseJson(Buffer.from(text));

function codeOf(text: string): string {
  try {
    parse(text);
    return 'taken';
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

describe('a JSON body', () => {
  test('is read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        expect(parse(text).value).toEqual(JSON.parse(text));
      }),
      { numRuns: 100 },
    );
  });

  test('may nest 32 levels and hold 5000 values, and not one more', () => {
    expect(codeOf(`${'['.repeat(32)}${']'.repeat(32)}`)).toBe('taken');
    expect(codeOf(`${'['.repeat(33)}${']'.repeat(33)}`)).toBe('request.too-deep');
    expect(codeOf(`[${Array.from({ length: 4_999 }, () => 0).join()}]`)).toBe('taken');
    expect(codeOf(`[${Array.from({ length: 5_000 }, () => 0).join()}]`)).toBe('request.too-deep');
  });

  test('is not counted by what stands inside of texts', () => {
    const brackets = JSON.stringify({ text: '[{,'.repeat(10_000), quote: '\\"[[[' });

    expect(codeOf(brackets)).toBe('taken');
  });

  test('that cannot be read is refused with the place, never with its content', () => {
    expect(codeOf('{"password":"hunter2",}')).toBe('request.malformed');
    expect(() => parse('{"password":"hunter2",}')).not.toThrow('hunter2');
    expect(() => parse('{"password":"hunter2",}')).toThrow(/position 22/);
  });

  test('has the pointers of all keys that reach for a prototype', () => {
    const { forbidden } = parse('{"a":[{"__proto__":1}],"constructor":{"b/c":{"\\u005f_proto__":2}}}');

    expect(forbidden.map(({ pointer }) => pointer)).toEqual([
      '/a/0/__proto__',
      '/constructor',
      '/constructor/b~1c/__proto__',
    ]);
  });

  test('has the pointers of all texts with half of a character, which cannot be stored', () => {
    const { forbidden } = parse('{"a":["x\\ud800","\\ud83d\\ude00","😀"],"b":{"\\udc00":1}}');

    expect(forbidden.map(({ pointer }) => pointer)).toEqual(['/a/0', '/b']);
    expect(parse('{"escaped":"\\\\ud800"}').forbidden).toEqual([]);
  });

  test('may say such words in its values', () => {
    expect(parse('{"message":"fix __proto__ of constructor"}').forbidden).toEqual([]);
  });
});
