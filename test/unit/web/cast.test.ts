import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { readCast, sizeIn } from '../../../web/src/terminal/cast.js';

const HEAD = '{"version":2,"width":80,"height":24,"title":"ada in shop-api/app"}';

describe('a recording', () => {
  test('is read with its output and sizes, and without what was typed', () => {
    const cast = readCast([HEAD, '[0.1,"o","$ "]', '[0.5,"i","ls"]', '[1,"r","120x40"]', ''].join('\n'));

    expect(cast).toEqual({
      title: 'ada in shop-api/app',
      columns: 80,
      rows: 24,
      events: [
        { at: 0.1, kind: 'output', text: '$ ' },
        { at: 1, kind: 'size', text: '120x40' },
      ],
      unreadable: 0,
    });
  });

  test('that was cut off is shown as far as it goes, and says so', () => {
    const cast = readCast(`${HEAD}\n[0.1,"o","a"]\n[0.2,"o","b`);

    expect([cast.events.length, cast.unreadable]).toEqual([1, 1]);
  });

  test.each([
    ['', 'nothing'],
    ['{"version":1,"width":80,"height":24}', 'another version'],
    ['[1,2]', 'no header'],
  ])('that is none is refused: %s', (text) => {
    expect(() => readCast(text)).toThrow('no recording of version 2');
  });

  test('never goes back in time and never has a size beyond limits, whatever its lines say', () => {
    const line = fc.oneof(
      fc
        .tuple(fc.double(), fc.constantFrom('o', 'r', 'i', 'x'), fc.string())
        .map((event) => JSON.stringify(event)),
      fc.json(),
      fc.string().filter((text) => !text.includes('\n')),
    );
    fc.assert(
      fc.property(fc.array(line), fc.double(), (lines, width) => {
        const head = JSON.stringify({ version: 2, width: Number.isFinite(width) ? width : 0, height: 1e9 });
        const { events, columns, rows } = readCast([head, ...lines].join('\n'));
        const times = events.map(({ at }) => at);
        expect(times).toEqual([...times].sort((one, other) => one - other));
        for (const side of [columns, rows]) expect(side >= 1 && side <= 1_000).toBe(true);
      }),
    );
  });

  test.each([
    ['120x40', { columns: 120, rows: 40 }],
    ['9999x1', { columns: 1_000, rows: 1 }],
    ['0x10', undefined],
    ['wide', undefined],
  ])('of the size %s is shown as %o', (text, size) => {
    expect(sizeIn(text)).toEqual(size);
  });
});
