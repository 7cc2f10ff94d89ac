import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { createTailLines, textOfRows } from '../../../web/src/tail/tail-lines.js';

const line = (n: number, pod = 'shop-1') => ({
  pod,
  container: 'app',
  at: `2026-11-26T08:00:0${n}Z`,
  text: `line ${n}`,
});

describe('the rows of a tail', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('are drawn together when they come together', () => {
    const changed = vi.fn();
    const tail = createTailLines(changed);

    for (let n = 1; n <= 5; n += 1) tail.take([line(n)]);
    vi.runAllTimers();

    expect(changed).toHaveBeenCalledTimes(1);
    expect(tail.state().rows.map(({ text }) => text)).toEqual([
      'line 1',
      'line 2',
      'line 3',
      'line 4',
      'line 5',
    ]);
  });

  test('are bounded: the oldest leave, and are counted', () => {
    const tail = createTailLines(() => undefined, 3);

    tail.take([1, 2, 3, 4, 5].map((n) => line(n)));
    vi.runAllTimers();

    expect(tail.state()).toMatchObject({ left: 2, held: 0 });
    expect(tail.state().rows.map(({ text }) => text)).toEqual(['line 3', 'line 4', 'line 5']);
  });

  test('stand still while it is paused, and what waits is bounded too', () => {
    const tail = createTailLines(() => undefined, 3);
    tail.take([line(1)]);
    vi.runAllTimers();

    tail.pause();
    tail.take([2, 3, 4, 5, 6].map((n) => line(n)));
    vi.runAllTimers();
    expect(tail.state()).toMatchObject({ held: 3, left: 0, isPaused: true });
    expect(tail.state().rows.map(({ text }) => text)).toEqual(['line 1']);

    tail.resume();
    expect(tail.state()).toMatchObject({ held: 0, left: 3, isPaused: false });
    expect(tail.state().rows.map(({ text }) => text)).toEqual(['line 4', 'line 5', 'line 6']);
  });

  test('say how many lines were dropped, and where', () => {
    const tail = createTailLines(() => undefined);

    tail.drop({ pod: 'shop-1', container: 'app', lines: 40 });
    tail.drop({ pod: 'shop-1', container: 'app', lines: 1 });
    vi.runAllTimers();

    expect(tail.state().dropped).toBe(41);
    expect(tail.state().rows.map(({ kind, text }) => `${kind}: ${text.split(':')[0]}`)).toEqual([
      'remark: 40 lines are missing',
      'remark: 1 line is missing',
    ]);
  });

  test('have a colour for each pod that stays the same', () => {
    const tail = createTailLines(() => undefined);

    const hues = ['a', 'b', 'a', 'c'].map((pod) => tail.hueOf(pod));

    expect(hues).toEqual([0, 1, 0, 2]);
  });

  test('become a file with time, pod and container', () => {
    const rows = [{ kind: 'line', ...line(1) } as const];

    expect(textOfRows(rows)).toBe('2026-11-26T08:00:01Z shop-1/app line 1\n');
  });
});
