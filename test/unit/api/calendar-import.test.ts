import { describe, expect, test } from 'vitest';
import type { Window } from '../../../src/shared/domain/blockers/window.js';
import { intervalsOf } from '../../../src/shared/domain/blockers/window.js';
import { importCalendar } from '../../../src/api/use-cases/import-calendar.js';

const NOW = Date.parse('2026-11-26T09:00:00Z');
const ZONE = 'X-WR-TIMEZONE:Europe/Warsaw';

function calendar(...events: readonly string[]): string {
  const blocks = events.map((lines) => `BEGIN:VEVENT\r\n${lines.trim()}\r\nEND:VEVENT\r\n`);
  return `BEGIN:VCALENDAR\r\nVERSION:2.0\r\n${ZONE}\r\n${blocks.join('')}END:VCALENDAR\r\n`;
}

const read = (text: string, asked: Parameters<typeof importCalendar>[1] = {}) =>
  importCalendar(text, asked, NOW);

/** The windows of the only blocker of these events. */
function windowsOf(...events: readonly string[]): readonly Window[] {
  const { blockers, violations } = read(calendar(...events));
  expect(violations).toEqual([]);
  const [blocker, ...more] = [...blockers.values()];
  if (blocker?.rule.type !== 'window' || more.length > 0) throw new Error('Not one blocker of windows');
  return blocker.rule.windows;
}

/** What an event is refused for, without its place. */
function refusalOf(lines: string): string {
  const { violations, blockers } = read(calendar(lines));
  expect(blockers.size).toBe(0);
  expect(violations).toHaveLength(1);
  return violations[0]?.detail ?? '';
}

const FRIDAY = `
DTSTART;TZID=Europe/Warsaw:20261127T150000
DTEND;TZID=Europe/Warsaw:20261127T230000`;
const zone = 'Europe/Warsaw';

describe('an event of a calendar', () => {
  test.each<[string, string, readonly Window[]]>([
    ['once', FRIDAY, [{ zone, dates: [day('2026-11-27')], from: '15:00', to: '23:00' }]],
    [
      'in UTC',
      'DTSTART:20261127T150000Z\nDURATION:PT1H30M',
      [{ zone: 'UTC', dates: [day('2026-11-27')], from: '15:00', to: '16:30' }],
    ],
    [
      'across midnight',
      'DTSTART;TZID=Europe/Warsaw:20261127T220000\nDTEND;TZID=Europe/Warsaw:20261128T060000',
      [{ zone, dates: [day('2026-11-27')], from: '22:00', to: '06:00' }],
    ],
    [
      'of whole days',
      'DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20270102',
      [{ zone, dates: [{ from: '2026-12-24', to: '2027-01-01' }] }],
    ],
    ['of one day', 'DTSTART;VALUE=DATE:20261224', [{ zone, dates: [day('2026-12-24')] }]],
    [
      'over a weekend',
      'DTSTART;TZID=Europe/Warsaw:20261127T180000\nDTEND;TZID=Europe/Warsaw:20261130T080000',
      [
        { zone, dates: [day('2026-11-27')], from: '18:00' },
        { zone, dates: [{ from: '2026-11-28', to: '2026-11-29' }] },
        { zone, dates: [day('2026-11-30')], to: '08:00' },
      ],
    ],
    [
      'every week for ever, from today on',
      'DTSTART;TZID=Europe/Warsaw:20200103T150000\nDTEND;TZID=Europe/Warsaw:20200103T230000\nRRULE:FREQ=WEEKLY;BYDAY=FR,MO',
      [{ zone, days: [1, 5], from: '15:00', to: '23:00' }],
    ],
    [
      'every weekend for ever',
      'DTSTART;TZID=Europe/Warsaw:20200103T180000\nDTEND;TZID=Europe/Warsaw:20200105T080000\nRRULE:FREQ=WEEKLY',
      [
        { zone, days: [5], from: '18:00' },
        { zone, days: [6] },
        { zone, days: [7], to: '08:00' },
      ],
    ],
    [
      'every week until a moment before it would begin again, but for one day',
      `${FRIDAY}\nRRULE:FREQ=WEEKLY;UNTIL=20261218T135959Z\nEXDATE;TZID=Europe/Warsaw:20261204T150000`,
      [
        {
          zone,
          days: [5],
          dates: [
            { from: '2026-11-27', to: '2026-12-03' },
            { from: '2026-12-05', to: '2026-12-17' },
          ],
          from: '15:00',
          to: '23:00',
        },
      ],
    ],
    [
      'so many times a week',
      `${FRIDAY}\nRRULE:FREQ=WEEKLY;BYDAY=FR,SU;COUNT=4`,
      [
        {
          zone,
          days: [5, 7],
          dates: [{ from: '2026-11-27', to: '2026-12-06' }],
          from: '15:00',
          to: '23:00',
        },
      ],
    ],
    [
      'every day, beginning later',
      `${FRIDAY}\nRRULE:FREQ=DAILY`,
      [{ zone, dates: [{ from: '2026-11-27', to: '9999-12-31' }], from: '15:00', to: '23:00' }],
    ],
    [
      'every year, over its end',
      'DTSTART;VALUE=DATE:20201220\nDTEND;VALUE=DATE:20210103\nRRULE:FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=20',
      [{ zone, dates: [{ from: '2020-12-20', to: '2021-01-02', yearly: true }] }],
    ],
    [
      'so many years',
      'DTSTART;VALUE=DATE:20261224\nRRULE:FREQ=YEARLY;COUNT=3',
      [{ zone, dates: [day('2026-12-24'), day('2027-12-24'), day('2028-12-24')] }],
    ],
  ])('%s becomes windows', (_, lines, windows) => {
    expect(windowsOf(lines)).toEqual(windows);
  });

  test('holds exactly when it takes place', () => {
    const windows = windowsOf(
      `${FRIDAY}\nRRULE:FREQ=WEEKLY;COUNT=3\nEXDATE;TZID=Europe/Warsaw:20261204T150000`,
    );
    const held = intervalsOf(windows, NOW, NOW + 60 * 24 * 3_600_000);
    expect(
      held.map(({ start, end }) => [new Date(start).toISOString(), new Date(end).toISOString()]),
    ).toEqual([
      ['2026-11-27T14:00:00.000Z', '2026-11-27T22:00:00.000Z'],
      ['2026-12-11T14:00:00.000Z', '2026-12-11T22:00:00.000Z'],
    ]);
  });

  test.each([
    [`${FRIDAY}\nRRULE:FREQ=MONTHLY`, 'MONTHLY, and windows know DAILY, WEEKLY and YEARLY'],
    [`${FRIDAY}\nRRULE:FREQ=SECONDLY;COUNT=1000000`, 'SECONDLY, and windows know'],
    [`${FRIDAY}\nRRULE:FREQ=WEEKLY;INTERVAL=2`, 'INTERVAL=2'],
    [`${FRIDAY}\nRRULE:FREQ=WEEKLY;BYDAY=2FR`, 'no day such as 2FR'],
    [`${FRIDAY}\nRRULE:FREQ=WEEKLY;BYDAY=MO`, 'a day of the week that its rule does not name'],
    [`${FRIDAY}\nRRULE:FREQ=DAILY;BYHOUR=9,15`, 'windows have no BYHOUR'],
    [`${FRIDAY}\nRRULE:FREQ=DAILY;COUNT=5000`, 'more than 1000 times'],
    [`${FRIDAY}\nRRULE:FREQ=DAILY;UNTIL=99991231`, 'UNTIL 9999-12-31 is no time between 1900 and 2199'],
    [`${FRIDAY}\nRRULE:FREQ=DAILY;COUNT=-1`, 'COUNT -1 is none'],
    [`${FRIDAY}\nRRULE:FREQ=NEVER`, 'invalid frequency'],
    [`${FRIDAY}\nRRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY`, 'several rules'],
    [`${FRIDAY}\nRRULE:FREQ=YEARLY;BYDAY=-1SU`, 'no BYDAY of a year'],
    [`${FRIDAY}\nRRULE:FREQ=YEARLY;BYMONTH=3`, 'on another day than it begins'],
    [`${FRIDAY}\nRRULE:FREQ=DAILY\nEXDATE;TZID=Europe/Warsaw:20261204T160000`, 'no time at which it begins'],
    [`${FRIDAY}\nRDATE;TZID=Europe/Warsaw:20261204T150000`, 'RDATE'],
    [`${FRIDAY}\nRECURRENCE-ID;TZID=Europe/Warsaw:20261127T150000`, 'RECURRENCE-ID'],
    [`${FRIDAY}\nSTATUS:CANCELLED`, 'it is cancelled'],
    ['DTSTART;VALUE=DATE:20280229\nRRULE:FREQ=YEARLY', 'the end of February'],
    ['DTSTART;VALUE=DATE:20290101\nRRULE:FREQ=YEARLY', 'beginning later than in a year'],
    ['DTSTART;TZID=W. Europe Standard Time:20261127T150000\nDURATION:PT1H', 'W. Europe Standard Time'],
    ['DTSTART:20261127T150030Z\nDURATION:PT1H', 'not a full minute'],
    ['DTSTART:20261327T150000Z\nDURATION:PT1H', 'is no time'],
    ['DTSTART:20261127T150000Z\nDTEND;TZID=Europe/Warsaw:20261127T170000', 'different zones'],
    ['DTSTART:20261127T150000Z\nDTEND;VALUE=DATE:20261128', 'a day and the other one a time'],
    ['DTSTART:20261127T150000Z\nDTEND:20261127T140000Z', 'ends before it has begun'],
    ['DTSTART:20261127T150000Z\nDURATION:P99999999999D', 'longer than a year'],
    ['DTSTART:20261127T150000Z\nDURATION:PXX', 'DURATION PXX is none'],
    ['DTSTART:20261127T150000Z', 'no end'],
    ['SUMMARY:x', 'no beginning'],
    ['garbage', 'cannot be read'],
  ])('%j is refused', (lines, because) => {
    expect(refusalOf(lines)).toContain(because);
  });
});

describe('a calendar', () => {
  test('gives one blocker for each title, with its scope, and leaves out what is over', () => {
    const text = calendar(
      'SUMMARY:Święta i Nowy Rok\nDTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261227',
      'SUMMARY:Święta i Nowy Rok\nDTSTART;VALUE=DATE:20271224',
      `SUMMARY:No Fridays\n${FRIDAY.trim()}`,
      'SUMMARY:Long ago\nDTSTART;VALUE=DATE:20201224',
    );

    const { blockers, past, violations } = read(text, {
      name: 'hr',
      tier: 'production',
      services: ['shop'],
      mode: 'reject',
      open: true,
    });

    expect({ past, violations }).toEqual({ past: 1, violations: [] });
    expect([...blockers.keys()]).toEqual(['hr-swieta-i-nowy-rok', 'hr-no-fridays']);
    expect(blockers.get('hr-swieta-i-nowy-rok')).toEqual({
      rule: {
        type: 'window',
        open: true,
        windows: [{ zone, dates: [{ from: '2026-12-24', to: '2026-12-26' }, day('2027-12-24')] }],
      },
      scope: { services: ['shop'], tier: 'production' },
      reason: 'Święta i Nowy Rok',
      mode: 'reject',
    });
  });

  test('names the line of every event that it cannot tell, and gives no part of the others away', () => {
    const { violations } = read(
      calendar(
        'SUMMARY:Good\nDTSTART;VALUE=DATE:20261224',
        'SUMMARY:Bad\nDTSTART:20261127T150000Z',
        'nothing',
      ),
    );
    expect(violations).toEqual([
      { pointer: '/line/8', detail: 'Bad: it has no end (DTEND or DURATION)' },
      { pointer: '/line/12', detail: expect.stringContaining('cannot be read') as unknown },
    ]);
  });

  test('without a zone of its own needs one', () => {
    const text = calendar('DTSTART;VALUE=DATE:20261224').replace(`${ZONE}\r\n`, '');
    expect(read(text).violations[0]?.detail).toContain('in no zone');
    expect(read(text, { zone: 'Asia/Tokyo' }).violations).toEqual([]);
    expect(read(text, { zone: 'Asia/Nowhere' }).violations[0]?.detail).toContain('"Asia/Nowhere"');
  });

  test.each([
    ['', 'it is not one calendar'],
    ['hello', 'cannot be read'],
    ['BEGIN:VCALENDAR\nEND:VCALENDAR', 'no event'],
    ['BEGIN:VCALENDAR\nBEGIN:VTODO\nSUMMARY:x\nEND:VTODO\nEND:VCALENDAR', 'a VTODO cannot be taken over'],
    ['BEGIN:VEVENT\nDTSTART;VALUE=DATE:20261224\nEND:VEVENT', 'it is not one calendar'],
    ['BEGIN:VCARD\nVERSION:4.0\nFN:Ann\nEND:VCARD', 'no calendar'],
    ['BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20261224', 'cannot be read'],
  ])('%j is refused', (text, because) => {
    expect(
      read(text)
        .violations.map(({ detail }) => detail)
        .join('; '),
    ).toContain(because);
  });

  test('with more than a blocker can hold is refused', () => {
    const many = Array.from(
      { length: 60 },
      (_, at) => `DTSTART;TZID=Europe/Warsaw:20261127T10${String(at).padStart(2, '0')}00\nDURATION:PT1H`,
    );
    expect(read(calendar(...many)).violations[0]?.detail).toMatch(/calendar: .*windows/);
  });
});

function day(date: string) {
  return { from: date, to: date };
}
