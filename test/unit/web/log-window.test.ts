import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { ROW, scrollTo, windowOf } from '../../../web/src/log/log-window.js';

const VIEW = 600;

describe('the window of a log', () => {
  test('shows a short log as a whole', () => {
    expect(windowOf(10, VIEW, 0)).toEqual({ height: 10 * ROW, top: 0, above: 0, start: 0, end: 10 });
  });

  test('starts at the line that was scrolled to, with some lines beyond both edges', () => {
    const { top, above, start, end } = windowOf(10_000, VIEW, 4_010);

    expect([top, above]).toEqual([200, 10]);
    expect(start).toBeLessThan(200);
    expect(end).toBeGreaterThan(200 + VIEW / ROW);
  });

  test('reaches the last line of every log at the end of the scrolling, and never draws more than the view needs', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5_000_000 }),
        fc.integer({ min: 100, max: 2_000 }),
        (length, view) => {
          const { height } = windowOf(length, view, 0);
          const { end, start, top, above } = windowOf(length, view, height - view);

          expect(height).toBeLessThan(16_000_000);
          expect(end).toBe(length);
          expect(end - start).toBeLessThan(view / ROW + 40);
          const bottom = (length - top) * ROW - above;
          if (length * ROW >= view) expect(bottom).toBeCloseTo(view, 3);
        },
      ),
    );
  });

  test('has a line that was looked up in view, in logs of any length', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5_000_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (length, share) => {
          const line = Math.floor(share * (length - 1));
          const { top, above } = windowOf(length, VIEW, scrollTo(length, VIEW, line));

          expect(top).toBeLessThanOrEqual(line);
          expect((line + 1 - top) * ROW - above).toBeLessThanOrEqual(VIEW + 1);
        },
      ),
    );
  });
});
