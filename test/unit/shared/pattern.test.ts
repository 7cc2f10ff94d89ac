import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';
import { compilePattern, flawOfPattern } from '../../../src/shared/schema/pattern.js';

describe('a regular expression of somebody else', () => {
  test.each([
    ['ERROR|WARN', 'an ERROR', true],
    ['^\\d{4}-\\d{2}-\\d{2}T', '2026-11-26T08:00', true],
    ['[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', 'id 0f8fad5b-d9cb-469f-a165-70867728950e.', true],
    ['\\p{L}+ \\QC++\\E', 'my C++', true],
    ['[]x{}]{2}', ']x', true],
    ['a{', 'a{', true],
    ['x(?i)y', 'xY', true],
    ['nothing', 'something', false],
  ])('%s is looked for as RE2 has it', (expression, text, found) => {
    expect(compilePattern(expression).found(text)).toBe(found);
    expect(compilePattern(expression).fits(text)).toBe(RE2JS.compile(expression).matches(text));
  });

  test.each([
    '(a+)+$',
    '(a|a)*b',
    '(.*)*x',
    '(?:(?:a*)*)*'.repeat(25),
    '(a|aa)+$',
    '(.*a){12}',
    '(\\w+\\s?)*!',
  ])('%s comes to an end on a text that makes others hang', (expression) => {
    const pattern = compilePattern(expression);

    // An engine that tries all ways would need longer than the sun burns.
    expect(pattern.fits(`${'a'.repeat(10_000)}?`)).toBe(false);
  });

  test.each([
    '[\\s\\S]{1,1000}'.repeat(30),
    '(a?){1000}a{1000}',
    '(x{30}){30}',
    `(${'abcdefgh'.repeat(40)}){9}`,
    '\\pL{600}',
    '((((a{3}){4}){5}){6}){7}',
    'x{501}',
    `\\Q${'y'.repeat(100)}\\E{900}`.repeat(4),
    '(',
    'a**b(?=c)',
    'x{2000}',
  ])('%s is refused with what is wrong', (expression) => {
    expect(flawOfPattern(expression)).toMatch(/repeats too much|error parsing/);
  });

  test('is never larger for RE2 than it was taken for', () => {
    const atom = fc.constantFrom('a', '.', '\\d', '[a-f]', '\\pL', '[^]x]', '\\Qa+b\\E', '\\.', '[\\]{9}]');
    const times = fc.constantFrom('', '*', '+?', '{3}', '{2,7}', '{4,}', '{0,20}');
    const { expression } = fc.letrec<{ expression: string; part: string }>((tie) => ({
      part: fc.oneof(
        { depthSize: 'small' },
        atom,
        tie('expression').map((inner) => `(${inner})`),
        tie('expression').map((inner) => `(?:${inner})`),
      ),
      expression: fc
        .array(fc.tuple(tie('part'), times), { minLength: 1, maxLength: 4 })
        .map((parts) => parts.map((part) => part.join('')).join('|')),
    }));
    fc.assert(
      fc.property(expression, (text) => {
        if (flawOfPattern(text) !== undefined) return;
        expect(RE2JS.compile(text).programSize()).toBeLessThan(500 * 5);
      }),
      { numRuns: 500 },
    );
  });
});
