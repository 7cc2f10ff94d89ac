import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRedactor } from '../../../src/shared/log/redact.js';
import { variantsOf } from '../../../src/shared/log/variants.js';

/** Texts in which a secret would be found by anybody who searches for it. */
const secrets = fc
  .oneof(
    fc.string({ minLength: 6, maxLength: 60 }),
    fc.string({ unit: 'grapheme', minLength: 6, maxLength: 30 }),
    fc.base64String({ minLength: 8, maxLength: 80 }),
    fc
      .array(fc.string({ minLength: 6, maxLength: 20 }), { minLength: 2, maxLength: 4 })
      .map((all) => all.join('\n')),
  )
  .filter((text) => text.trim().length >= 6 && !/[[\]]/.test(text) && !/^(.)\1*$/.test(text.trim()));
const around = fc.string({ maxLength: 30 });

function spellingsOf(secret: string): readonly string[] {
  const { parted, whole } = variantsOf(secret);
  return [...parted, ...whole];
}

describe('a value that the redactor knows', () => {
  test('is not readable in any spelling, wherever it stands', () => {
    fc.assert(
      fc.property(secrets, around, around, fc.nat(), (secret, before, after, pick) => {
        const redactor = createRedactor();
        redactor.register(secret);
        const variants = spellingsOf(secret);
        const variant = variants[pick % variants.length] ?? secret;

        return !redactor.redact(`${before}${variant}${after}`).includes(variant);
      }),
      { numRuns: 5_000 },
    );
  });

  test('is not readable in base64 of a text around it', () => {
    fc.assert(
      fc.property(secrets, around, around, (secret, before, after) => {
        const redactor = createRedactor();
        redactor.register(secret);
        const shown = redactor.redact(Buffer.from(`${before}${secret}${after}`).toString('base64'));

        return !Buffer.from(shown.replaceAll('[redacted]', ''), 'base64').toString('utf8').includes(secret);
      }),
      { numRuns: 2_000 },
    );
  });

  test('cannot be put together again when it is split over two lines', () => {
    fc.assert(
      fc.property(secrets, around, around, fc.nat(), fc.nat(), (secret, before, after, pick, cut) => {
        const redactor = createRedactor();
        redactor.register(secret);
        const variants = spellingsOf(secret);
        const variant = variants[pick % variants.length] ?? secret;
        const at = cut % (variant.length + 1);
        const shown =
          redactor.redact(before + variant.slice(0, at)) + redactor.redact(variant.slice(at) + after);

        return !shown.includes(variant);
      }),
      { numRuns: 5_000 },
    );
  });

  test('is hidden in every line when its base64 is wrapped', () => {
    const redactor = createRedactor();
    const secret = Array.from({ length: 40 }, (_, index) => `line ${index} of a long secret`).join('\n');
    redactor.register(secret);
    const wrapped =
      Buffer.from(secret)
        .toString('base64')
        .match(/.{1,76}/g) ?? [];

    expect(wrapped.length).toBeGreaterThan(10);
    expect(wrapped.map((line) => redactor.redact(line))).toEqual(wrapped.map(() => '[redacted]'));
  });

  test('is hidden with another one that overlaps it', () => {
    const redactor = createRedactor();
    redactor.register('abcdefgh');
    redactor.register('efghijklmn');

    expect(redactor.redact('<abcdefghijklmn>')).toBe('<[redacted]>');
  });

  test('is hidden as a whole when it goes over lines of one text', () => {
    const redactor = createRedactor();
    redactor.register('abc\ndef\nghi');

    expect(redactor.lines('before abc\ndef\nghi after\nmore')).toEqual(['before [redacted] after', 'more']);
  });

  test('is hidden at the place where a long line is cut', () => {
    const redactor = createRedactor();
    redactor.register('correct-horse-battery');

    expect(redactor.redact(`${'x'.repeat(16_380)}correct-horse-battery`)).not.toContain('corr');
  });

  test('is shown again once everybody who registered it has let it go', () => {
    const redactor = createRedactor();
    const [first, second] = [redactor.register('hunter2-hunter2'), redactor.register('hunter2-hunter2')];
    first();
    first();

    expect(redactor.redact('hunter2-hunter2')).toBe('[redacted]');
    second();
    expect(redactor.redact('hunter2-hunter2')).toBe('hunter2-hunter2');
  });

  test('is found among thousands of others', () => {
    const redactor = createRedactor();
    for (let index = 0; index < 5_000; index += 1) redactor.register(`${index * 7919}-secret-of-many`);

    expect(redactor.redact(`has ${4321 * 7919}-secret-of-many in it`)).toBe('has [redacted] in it');
  });
});
