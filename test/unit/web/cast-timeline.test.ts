import { describe, expect, test } from 'vitest';

import { playedAt, spellClock, timeAfterChange, timesOf } from '../../../web/src/terminal/timeline.js';

const events = [0.5, 1, 181, 182].map((at) => ({ at, kind: 'output', text: 'x' }) as const);

describe('the time of a recording', () => {
  test('is that of its shell, or has no pause longer than a second and a half', () => {
    expect(timesOf(events, 'real')).toEqual([0.5, 1, 181, 182]);
    expect(timesOf(events, 'short')).toEqual([0.5, 1, 2.5, 3.5]);
  });

  test('says how many events have been played', () => {
    const times = timesOf(events, 'real');

    expect([0, 0.5, 0.9, 180, 181, 1_000].map((time) => playedAt(times, time))).toEqual([0, 1, 1, 2, 3, 4]);
  });

  test('stays at the same event when pauses are cut short or played as they were', () => {
    const [real, short] = [timesOf(events, 'real'), timesOf(events, 'short')];

    expect(playedAt(short, timeAfterChange(100, real, short))).toBeGreaterThanOrEqual(playedAt(real, 100));
    expect(timeAfterChange(181.5, real, short)).toBeCloseTo(3);
    expect(timeAfterChange(3, short, real)).toBeCloseTo(181.5);
    expect(timeAfterChange(0.2, real, short)).toBeCloseTo(0.2);
  });

  test.each([
    [0, '0:00'],
    [65.9, '1:05'],
    [3_725, '1:02:05'],
  ])('of %d seconds is spelled %s', (seconds, text) => {
    expect(spellClock(seconds)).toBe(text);
  });
});
