import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeToken } from '../../../src/api/auth/access-token.js';
import { cleanLine, keepColours, stripControls, withoutColours } from '../../../src/shared/log/clean-line.js';
import { createRedactor } from '../../../src/shared/log/redact.js';
import { hideShapes } from '../../../src/shared/log/shapes.js';

describe('a clean line', () => {
  test.each([
    ['colours', '\u001b[31mred\u001b[0m', 'red'],
    ['cursor movements', 'a\u001b[2Jb\u001b[10;20Hc', 'abc'],
    ['clipboard writes', 'x\u001b]52;c;ZXZpbA==\u0007y', 'xy'],
    ['titles', 'x\u001b]0;title\u001b\\y', 'xy'],
    ['line ends', 'one\r\ntwo', 'onetwo'],
    ['one-byte controls', 'a\u009b31mb\u0000c', 'abc'],
    ['direction marks', 'safe\u202Eexe.txt', 'safeexe.txt'],
  ])('has no %s', (_, line, expected) => {
    expect(cleanLine(line)).toBe(expected);
  });

  test('keeps tabs, letters of all languages and pictures', () => {
    expect(cleanLine('a\tß 日本 🎉')).toBe('a\tß 日本 🎉');
  });

  test('is cut at 16 KB and says so', () => {
    const line = cleanLine('x'.repeat(20_000));

    expect(line.length).toBeLessThan(16_500);
    expect(line).toContain('(3616 more)');
  });

  test('holds no control character, whatever came in', () => {
    // oxlint-disable-next-line no-control-regex -- control characters are what this looks for
    const control = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u202a-\u202e]/;
    const piece = fc.oneof(
      fc.string({ maxLength: 4 }),
      fc.integer({ min: 0, max: 0x206f }).map((code) => String.fromCharCode(code)),
    );

    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => !control.test(cleanLine(pieces.join('')))),
      { numRuns: 500 },
    );
  });
});

describe('the colours of a line', () => {
  test.each([
    [
      'colours stay',
      '\u001b[1;31mred\u001b[0m \u001b[38;2;1;2;3mx\u001b[m',
      '\u001b[1;31mred\u001b[0m \u001b[38;2;1;2;3mx\u001b[m',
    ],
    ['cursor movements go', '\u001b[31ma\u001b[2Jb\u001b[10;20Hc', '\u001b[31mabc'],
    ['questions to the terminal go', 'a\u001b[?25lb\u001b[>0mc\u001b[6nd', 'abcd'],
    [
      'clipboard writes and titles go',
      '\u001b[32mx\u001b]52;c;ZXZpbA==\u0007y\u001b]0;t\u001b\\z',
      '\u001b[32mxyz',
    ],
    ['one-byte forms go', 'a\u009b31mb', 'ab'],
    ['endless numbers go', `a\u001b[${'1;'.repeat(30)}mb`, 'ab'],
  ])('%s', (_, line, expected) => {
    expect(keepColours(line)).toBe(expected);
  });

  test('are all that is kept beyond what a clean line holds, whatever came in', () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 4 }),
      fc.constantFrom(
        '\u001b',
        '\u001b[',
        '\u001b[31m',
        'm',
        ';',
        '[',
        '\u001b]0;',
        '\u0007',
        '\u0000',
        '\u001b\\',
      ),
      fc.integer({ min: 0, max: 0x206f }).map((code) => String.fromCharCode(code)),
    );

    fc.assert(
      fc.property(fc.array(piece, { maxLength: 16 }), (pieces) => {
        const line = pieces.join('');
        const seen = withoutColours(keepColours(line));
        return seen === stripControls(line) && !seen.includes('\u001b');
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('well-known secrets', () => {
  test.each([
    ['an AWS key', 'key AKIAIOSFODNN7EXAMPLE used', 'key [redacted] used'],
    ['a GitHub token', `push ghp_${'a'.repeat(36)}`, 'push [redacted]'],
    ['a Vault token', `hvs.${'A1'.repeat(15)} ok`, '[redacted] ok'],
    ['our own token', `with ${makeToken().token}.`, 'with [redacted].'],
    ['a bearer header', 'Authorization: Bearer abc.def-123456', 'Authorization: Bearer [redacted]'],
    [
      'a presigned URL',
      'https://b.s3.amazonaws.com/k?X-Amz-Date=1&X-Amz-Signature=0a1b2c&x=1',
      'https://b.s3.amazonaws.com/k?X-Amz-Date=1&X-Amz-Signature=[redacted]&x=1',
    ],
    ['a password in a URL', 'redis://:secret@host:6379/0', 'redis://[redacted]@host:6379/0'],
  ])('%s is hidden', (_, line, expected) => {
    expect(hideShapes(line)).toBe(expected);
  });

  test('ordinary lines stay as they are', () => {
    const line =
      'GET https://example.com/a?b=c&d=e answered 200; mail ada@example.com; basic setup; at 12:00';

    expect(hideShapes(line)).toBe(line);
  });
});

describe('a redactor', () => {
  test('hides a registered value in its usual encodings, and each line of a long one', () => {
    const redactor = createRedactor();
    const secret = 'pass "word"/+?ä';
    redactor.register(secret);
    redactor.register('first-line-of-it\nsecond-line-of-it');
    const bytes = Buffer.from(secret);

    const shown = [
      secret,
      bytes.toString('base64'),
      bytes.toString('base64url'),
      bytes.toString('hex'),
      encodeURIComponent(secret),
      JSON.stringify(secret),
      'second-line-of-it',
    ].map((line) => redactor.redact(`<${line}>`));

    expect(new Set(shown)).toEqual(new Set(['<[redacted]>', '<"[redacted]">']));
  });

  test('hides a value that control characters were put into', () => {
    const redactor = createRedactor();
    redactor.register('hunter2-hunter2');

    expect(redactor.redact('x hunter2\u0000-hun\u001b[0mter2 y')).toBe('x [redacted] y');
  });

  test('keeps the colours of a log line, and hides a value that colours were put into', () => {
    const redactor = createRedactor();
    redactor.register('hunter2-hunter2');

    expect(redactor.coloured('\u001b[31mall\u001b[0m well\u001b[2K')).toBe('\u001b[31mall\u001b[0m well');
    expect(redactor.coloured('\u001b[31mx hunter2-\u001b[1mhunter2\u001b[0m y')).toBe('x [redacted] y');
    expect(redactor.coloured(`with gh\u001b[32mp_${'a'.repeat(36)}`)).toBe('with [redacted]');
    const [first, second] = redactor.lines('\u001b[1mone\nhun\u001b[0mter2-hunter2', 'coloured');
    expect(first).toBe('\u001b[1mone');
    expect(second).not.toMatch(/hun|ter/);
  });

  test('hides a secret that the end of a long line would cut in two', () => {
    const line = `${'x'.repeat(16_370)} AKIA${'A'.repeat(16)} ${'y'.repeat(100)}`;

    expect(createRedactor().redact(line)).toMatch(/x \[redacted\] y+ … \(\d+ more\)$/);
  });

  test('gives up the colours of a line that is too long with them', () => {
    const shown = createRedactor().coloured('\u001b[31mx\u001b[0m'.repeat(2_000));

    expect(shown).toBe('x'.repeat(2_000));
  });

  test('ignores values that are too short to be told from words', () => {
    const redactor = createRedactor();
    redactor.register('abc');

    expect(redactor.redact('abc')).toBe('abc');
  });

  test('lets no registered value through, wherever it stands', () => {
    fc.assert(
      fc.property(
        fc
          .string({ minLength: 8, maxLength: 40 })
          .filter((text) => /^[\x21-\x7e]+$/.test(text) && !'[redacted]'.includes(text)),
        fc.string(),
        fc.string(),
        (secret, before, after) => {
          const redactor = createRedactor();
          redactor.register(secret);
          return !redactor.redact(`${cleanLine(before)} ${secret} ${cleanLine(after)}`).includes(secret);
        },
      ),
      { numRuns: 300 },
    );
  });
});
