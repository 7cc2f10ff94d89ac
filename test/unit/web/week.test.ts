import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { partOfToday, weekOf } from '../../../web/src/blockers/week.js';

beforeEach(() => void vi.stubEnv('TZ', 'Europe/Warsaw'));
afterEach(() => void vi.unstubAllEnvs());

const at = (time: string) => Date.parse(time);

describe('the closed hours of a week', () => {
  test('lie on the days of this place, cut at its midnights', () => {
    const week = weekOf(
      [{ blocker: 'night', from: '2026-11-26T17:00:00.000Z', to: '2026-11-27T05:00:00.000Z' }],
      at('2026-11-26T12:00:00.000Z'),
    );
    expect(week).toHaveLength(7);
    expect(week[0]).toEqual({
      start: at('2026-11-25T23:00:00.000Z'),
      closed: [{ blocker: 'night', from: 0.75, to: 1 }],
    });
    expect(week[1]?.closed).toEqual([{ blocker: 'night', from: 0, to: 0.25 }]);
    expect(week.slice(2).flatMap(({ closed }) => closed)).toEqual([]);
  });

  test('fill a day of 25 hours when the clocks are put back', () => {
    const [day] = weekOf(
      [{ blocker: 'all-day', from: '2026-10-24T22:00:00.000Z', to: '2026-10-25T10:30:00.000Z' }],
      at('2026-10-25T12:00:00.000Z'),
    );
    expect(day?.closed).toEqual([{ blocker: 'all-day', from: 0, to: 0.5 }]);
    expect(partOfToday(at('2026-10-25T10:30:00.000Z'))).toBe(0.5);
  });
});
