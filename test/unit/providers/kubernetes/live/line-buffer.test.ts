import { expect, test } from 'vitest';
import { createLineBuffer } from '../../../../../src/providers/kubernetes/live/line-buffer.js';
import {
  advanced,
  decodePositions,
  encodePositions,
  fixedTime,
  newLinesAfter,
} from '../../../../../src/providers/kubernetes/live/log-position.js';

const at = (second: number) => `2026-11-26T05:00:${String(second).padStart(2, '0')}.000000000Z`;

function push(buffer: ReturnType<typeof createLineBuffer>, pod: string, time: string, text: string): void {
  buffer.push({ pod, container: 'app', at: time, text }, { run: 0, at: time, count: 1 });
}

function takeAll(buffer: ReturnType<typeof createLineBuffer>) {
  const batches = [];
  for (let batch = buffer.take(); batch; batch = buffer.take()) batches.push(batch);
  return batches;
}

test('lines come in the order of their times, those of one container in their own', () => {
  const buffer = createLineBuffer(new Map());
  push(buffer, 'a', at(3), 'a3');
  push(buffer, 'a', at(1), 'a1, whose clock was set back');
  push(buffer, 'b', at(2), 'b2');

  expect(buffer.take()?.lines.map(({ text }) => text)).toEqual(['b2', 'a3', 'a1, whose clock was set back']);
  expect(buffer.take()).toBeUndefined();
});

test('a reader that does not read costs a bounded number of lines, and is told of the rest after them', () => {
  const buffer = createLineBuffer(new Map());
  for (let nth = 0; nth < 25_000; nth += 1) push(buffer, nth % 2 ? 'odd' : 'even', at(1), String(nth));

  const batches = takeAll(buffer);

  const lines = batches.flatMap((batch) => batch.lines);
  expect(lines.map(({ text }) => text)).toEqual(Array.from({ length: 20_000 }, (_, nth) => String(nth)));
  expect(Math.max(...batches.map((batch) => batch.lines.length))).toBe(1_000);
  expect(batches.slice(0, -1).flatMap(({ dropped }) => dropped)).toEqual([]);
  expect(batches.at(-1)?.dropped).toEqual([
    { pod: 'even', container: 'app', lines: 2_500 },
    { pod: 'odd', container: 'app', lines: 2_500 },
  ]);
});

test('long lines count by their length, and are cut', () => {
  const buffer = createLineBuffer(new Map());
  for (let nth = 0; nth < 1_000; nth += 1) push(buffer, 'a', at(1), 'x'.repeat(100_000));

  const lines = takeAll(buffer).flatMap((batch) => batch.lines);

  expect(lines).toHaveLength(64);
  expect(lines[0]?.text).toHaveLength(65_536);
});

test('times of all kubelets compare as texts', () => {
  expect(fixedTime('2026-11-26T05:00:01.5Z')).toBe('2026-11-26T05:00:01.500000000Z');
  expect(fixedTime('2026-11-26T07:00:01.123456789+02:00')).toBe('2026-11-26T05:00:01.123456789Z');
  expect(fixedTime('2026-11-26T05:00:01Z')).toBe('2026-11-26T05:00:01.000000000Z');
  expect(fixedTime('unable to retrieve container logs')).toBeUndefined();
});

test('lines of the time that was reached are new from the first on that was not read', () => {
  const isNew = newLinesAfter({ run: 0, at: at(2), count: 2 });

  expect([at(1), at(2), at(2), at(2), at(3)].map(isNew)).toEqual([false, false, false, true, true]);
});

test('a position survives its way through a header, and what is none is left out', () => {
  const one = advanced(advanced(undefined, 3, at(1)), 3, at(1));
  const positions = new Map([['shop-api-7d9f-x1/app', one]]);

  expect(one).toEqual({ run: 3, at: at(1), count: 2 });
  expect(decodePositions(encodePositions(positions))).toEqual(positions);
  expect(decodePositions(`../etc@1@x@1,${encodePositions(positions)},,"`)).toEqual(positions);
});
