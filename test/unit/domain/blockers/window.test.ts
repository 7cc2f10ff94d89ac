import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endOfWindow, intervalsOf, type Window } from '../../../../src/shared/domain/blockers/window.js';
import {
  instantsOf,
  isZone,
  wallTimeOf,
  weekdayOf,
} from '../../../../src/shared/domain/blockers/zoned-time.js';

const at = (text: string) => Date.parse(text);
const shown = (windows: readonly Window[], from: string, until: string) =>
  intervalsOf(windows, at(from), at(until)).map(({ start, end }) =>
    [start, end].map((instant) => new Date(instant).toISOString().slice(0, 16)).join(' – '),
  );

describe('a window', () => {
  it('closes some days at some hours by the clocks of its zone', () => {
    const friday: Window = { zone: 'Europe/Warsaw', days: [5], from: '15:00', to: '20:00' };

    expect(shown([friday], '2026-11-23T00:00Z', '2026-12-07T00:00Z')).toEqual([
      '2026-11-27T14:00 – 2026-11-27T19:00',
      '2026-12-04T14:00 – 2026-12-04T19:00',
    ]);
  });

  it('crosses midnight and belongs to the day on which it begins', () => {
    const night: Window = { zone: 'UTC', days: [5], from: '22:00', to: '06:00' };

    expect(shown([night], '2026-11-27T00:00Z', '2026-11-29T00:00Z')).toEqual([
      '2026-11-27T22:00 – 2026-11-28T06:00',
    ]);
    expect(endOfWindow([night], at('2026-11-28T05:59Z'))).toBe(at('2026-11-28T06:00Z'));
    expect(endOfWindow([night], at('2026-11-28T06:00Z'))).toBeUndefined();
    expect(endOfWindow([night], at('2026-11-27T03:00Z'))).toBeUndefined();
  });

  it('of whole days in a row is one interval', () => {
    const weekend: Window = { zone: 'America/New_York', days: [6, 7] };

    expect(shown([weekend], '2026-11-27T00:00Z', '2026-12-01T00:00Z')).toEqual([
      '2026-11-28T05:00 – 2026-11-30T05:00',
    ]);
  });

  it('returns every year, also over the end of one', () => {
    const holidays: Window = { zone: 'UTC', dates: [{ from: '2020-12-24', to: '2020-01-01', yearly: true }] };

    expect(shown([holidays], '2026-12-01T00:00Z', '2027-02-01T00:00Z')).toEqual([
      '2026-12-24T00:00 – 2027-01-02T00:00',
    ]);
    expect(endOfWindow([holidays], at('2026-12-31T12:00Z'))).toBe(at('2027-01-02T00:00Z'));
  });

  it('keeps the hours on the wall when clocks change', () => {
    const morning: Window = { zone: 'Europe/Berlin', from: '08:00', to: '09:00' };

    expect(shown([morning], '2026-03-28T00:00Z', '2026-03-30T00:00Z')).toEqual([
      '2026-03-28T07:00 – 2026-03-28T08:00',
      '2026-03-29T06:00 – 2026-03-29T07:00',
    ]);
  });

  it('holds at both showings of an hour that is repeated in autumn', () => {
    const repeated: Window = { zone: 'Europe/Berlin', from: '02:00', to: '02:30' };

    expect(shown([repeated], '2026-10-25T00:00Z', '2026-10-25T12:00Z')).toEqual([
      '2026-10-25T00:00 – 2026-10-25T01:30',
    ]);
  });

  it('begins when clocks skip its beginning in spring', () => {
    const skipped: Window = { zone: 'Europe/Berlin', from: '02:15', to: '04:00' };

    expect(shown([skipped], '2026-03-29T00:00Z', '2026-03-29T12:00Z')).toEqual([
      '2026-03-29T01:00 – 2026-03-29T02:00',
    ]);
  });

  it('without limits never ends', () => {
    expect(endOfWindow([{ zone: 'UTC' }], at('2026-01-01T00:00Z'))).toBe(Infinity);
  });

  it('that overlaps another one makes one interval', () => {
    const windows: Window[] = [
      { zone: 'UTC', from: '10:00', to: '12:00' },
      { zone: 'UTC', from: '11:00', to: '14:00' },
    ];

    expect(endOfWindow(windows, at('2026-06-01T10:30Z'))).toBe(at('2026-06-01T14:00Z'));
  });

  it('agrees with a look at every quarter of an hour, in any zone', () => {
    const zone = fc.constantFrom(
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
    );
    const time = fc
      .nat(95)
      .map((quarter) => `${clock(Math.floor(quarter / 4))}:${clock((quarter % 4) * 15)}`);
    const day = fc.integer({ min: 0, max: 360 });
    fc.assert(
      fc.property(
        zone,
        time,
        time,
        fc.subarray([1, 2, 3, 4, 5, 6, 7]),
        day,
        (name, from, to, days, offset) => {
          const window: Window = { zone: name, days, from, to };
          const start = at('2026-01-01T00:00Z') + offset * 24 * 3_600_000;
          const intervals = intervalsOf([window], start, start + 3 * 24 * 3_600_000);
          for (let instant = start; instant < start + 3 * 24 * 3_600_000; instant += 900_000) {
            if (isNearChange(instant, name)) continue;
            const held = intervals.some((each) => each.start <= instant && instant < each.end);
            expect([name, new Date(instant).toISOString(), held]).toEqual([
              name,
              new Date(instant).toISOString(),
              holdsOnTheWall(window, instant),
            ]);
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('time in a zone', () => {
  it('is shown as clocks show it', () => {
    expect(wallTimeOf(at('2026-07-01T22:30Z'), 'Asia/Kolkata')).toEqual({ date: '2026-07-02', minute: 240 });
    expect(instantsOf({ date: '2026-10-25', minute: 150 }, 'Europe/Berlin')).toEqual([
      at('2026-10-25T00:30Z'),
      at('2026-10-25T01:30Z'),
    ]);
    expect(weekdayOf('2026-11-29')).toBe(7);
  });

  it('knows which zones there are', () => {
    expect([isZone('Europe/Warsaw'), isZone('Europe/Warschau')]).toEqual([true, false]);
  });
});

function clock(value: number): string {
  return String(value).padStart(2, '0');
}

function holdsOnTheWall({ zone, days, from = '', to = '' }: Window, instant: number): boolean {
  const { date, minute } = wallTimeOf(instant, zone);
  const now = `${clock(Math.floor(minute / 60))}:${clock(minute % 60)}`;
  const today = days?.includes(weekdayOf(date)) ?? true;
  const yesterday = days?.includes(((weekdayOf(date) + 5) % 7) + 1) ?? true;
  if (from < to) return today && from <= now && now < to;
  return (today && now >= from) || (yesterday && now < to);
}

/** Within a day of a change of clocks the two sides may rightly differ. */
function isNearChange(instant: number, zone: string): boolean {
  const minutes = [-26, 0, 26].map((hours) => {
    const then = instant + hours * 3_600_000;
    return (wallTimeOf(then, zone).minute - then / 60_000) % 1440;
  });
  return new Set(minutes.map((each) => (each + 2880) % 1440)).size > 1;
}
