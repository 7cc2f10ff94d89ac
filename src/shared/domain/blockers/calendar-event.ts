import type { DateSpan, Window } from './window.js';
import { daysAfter, weekdayOf, type WallTime } from './zoned-time.js';

/** How an event of a calendar comes again, every day, week or year. With neither `until` nor `count` it never ends. */
export interface Recurrence {
  readonly every: 'day' | 'week' | 'year';
  /** Days of the week, 1 for Monday; those that are not named are left out. */
  readonly days?: readonly number[];
  /** No occurrence begins after this. */
  readonly until?: WallTime;
  readonly count?: number;
}

/** An event of a calendar by the clocks of its zone; `end` is the first moment after it. */
export interface CalendarEvent {
  readonly zone: string;
  readonly start: WallTime;
  readonly end: WallTime;
  readonly recurrence?: Recurrence;
  /** Days on which it would begin but does not. */
  readonly except: readonly string[];
}

/** Windows that hold whenever the event takes place from today on; `past` when it never will, or why there are none. */
export type EventWindows =
  | { readonly said: 'windows'; readonly windows: readonly Window[] }
  | { readonly said: 'past' }
  | { readonly said: 'refused'; readonly because: string };

const DAY_MS = 24 * 3_600_000;
const DAY_MINUTES = 24 * 60;
const NEVER = '9999-12-31';
/** Most days that one occurrence may last, and occurrences that may be counted. */
const MOST_DAYS = 366;
const MOST_COUNTED = 1_000;

/** An event as windows, exactly. `today` is a date in the zone of the event, which only leaves out what is over. */
export function windowsOf(event: CalendarEvent, today: string): EventWindows {
  const parts = partsOf(event);
  const last = parts.at(-1);
  if (!last) return { said: 'refused', because: 'it ends before it has begun, or at once' };
  if (last.offset > MOST_DAYS) return { said: 'refused', because: 'it lasts longer than a year' };
  const refusal = event.recurrence && refusalOf(event, event.recurrence, last.offset, today);
  if (refusal !== undefined) return { said: 'refused', because: refusal };
  const dates = datesOf(event);
  const isOver = dates.every((span) => span.yearly !== true && moved(span, last.offset).to < today);
  if (isOver) return { said: 'past' };
  const { days } = event.recurrence ?? {};
  const windows = parts.map(({ offset, from, to }): Window => {
    const spans = dates.map((span) => moved(span, offset));
    return {
      zone: event.zone,
      ...(days && { days: days.map((day) => ((day - 1 + offset) % 7) + 1).sort(byNumber) }),
      ...(spans.some(({ from: first, to: end }) => first > today || end !== NEVER) && { dates: spans }),
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
    };
  });
  return { said: 'windows', windows: merged(windows) };
}

/** Windows that differ in their dates alone as one, with neighbouring days as one span. */
export function merged(windows: readonly Window[]): readonly Window[] {
  const alike = new Map<string, Window>();
  for (const window of windows) {
    const { dates, ...rest } = window;
    const key = JSON.stringify([rest, dates === undefined]);
    const other = alike.get(key);
    alike.set(key, other?.dates && dates ? { ...rest, dates: joined([...other.dates, ...dates]) } : window);
  }
  return [...alike.values()];
}

function joined(spans: readonly DateSpan[]): readonly DateSpan[] {
  const result: DateSpan[] = [];
  for (const span of [...spans].sort((one, other) => (one.from < other.from ? -1 : 1))) {
    const last = result.at(-1);
    const isNext = last && last.yearly === span.yearly && span.from <= daysAfter(last.to, 1);
    if (last && isNext) result[result.length - 1] = { ...last, to: span.to > last.to ? span.to : last.to };
    else result.push(span);
  }
  return result;
}

/** The hours of one occurrence on one of its days, counted from the day on which it begins. */
interface Part {
  readonly offset: number;
  readonly from?: string;
  readonly to?: string;
}

/** One part when it is shorter than a day, across midnight too; else one for each day. None for what has no length. */
function partsOf({ start, end }: CalendarEvent): readonly Part[] {
  const days = (Date.parse(end.date) - Date.parse(start.date)) / DAY_MS;
  const minutes = days * DAY_MINUTES + end.minute - start.minute;
  if (minutes <= 0) return [];
  if (minutes < DAY_MINUTES) return [{ offset: 0, ...hours(start.minute, end.minute) }];
  const last = end.minute === 0 ? days - 1 : days;
  return Array.from({ length: Math.min(last, MOST_DAYS + 1) + 1 }, (_, offset) => ({
    offset,
    ...hours(offset === 0 ? start.minute : 0, offset === last ? end.minute : 0),
  }));
}

function hours(from: number, to: number): Pick<Part, 'from' | 'to'> {
  return { ...(from > 0 && { from: clock(from) }), ...(to > 0 && { to: clock(to) }) };
}

function clock(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

function refusalOf(
  { start, except }: CalendarEvent,
  { every, days, until, count = 0 }: Recurrence,
  length: number,
  today: string,
): string | undefined {
  if (count > MOST_COUNTED) return `it comes more than ${MOST_COUNTED} times`;
  if (days && !days.includes(weekdayOf(start.date)))
    return 'it begins on a day of the week that its rule does not name';
  if (every !== 'year') return undefined;
  const [day, lastDay] = [start.date.slice(5), daysAfter(start.date, length).slice(5)];
  if (day === '02-29' || (day < '02-29' && lastDay > '02-28'))
    return 'it comes every year around the end of February, which is not as long every year';
  if (until || count > 0) return undefined;
  if (except.length > 0) return 'it comes every year without end but for some days';
  if (daysAfter(yearsAfter(start.date, -1), length) >= today)
    return 'it comes every year beginning later than in a year, when windows would hold already';
  return undefined;
}

/** On which days it begins; a rule limits them to days of the week besides. */
function datesOf(event: CalendarEvent): readonly DateSpan[] {
  const { start, recurrence, except } = event;
  const first = start.date;
  const spans =
    recurrence?.every === 'year'
      ? yearlySpans(start, recurrence)
      : [{ from: first, to: recurrence ? lastDay(start, recurrence) : first }];
  return [...except].sort().reduce(without, spans);
}

function yearlySpans(start: WallTime, { until, count }: Recurrence): readonly DateSpan[] {
  const { date } = start;
  if (!until && count === undefined) return [{ from: date, to: date, yearly: true }];
  const last = until ? lastUntil(start, until) : yearsAfter(date, (count ?? 1) - 1);
  const years = Math.min(Number(last.slice(0, 4)) - Number(date.slice(0, 4)), MOST_COUNTED);
  return Array.from({ length: years + 1 }, (_, more) => yearsAfter(date, more))
    .filter((each) => each <= last)
    .map((each) => ({ from: each, to: each }));
}

function lastDay(start: WallTime, { every, days, until, count }: Recurrence): string {
  if (until) return lastUntil(start, until);
  if (count === undefined) return NEVER;
  const own = weekdayOf(start.date);
  const named = days ?? (every === 'day' ? [1, 2, 3, 4, 5, 6, 7] : [own]);
  const later = named.map((day) => (day - own + 7) % 7).sort(byNumber);
  const [weeks, rest] = [Math.floor((count - 1) / later.length), (count - 1) % later.length];
  return daysAfter(start.date, 7 * weeks + (later[rest] ?? 0));
}

/** The last day on which something that begins at this time of the day may begin. */
function lastUntil({ minute }: WallTime, until: WallTime): string {
  return until.minute < minute ? daysAfter(until.date, -1) : until.date;
}

function without(spans: readonly DateSpan[], day: string): readonly DateSpan[] {
  return spans.flatMap((span) => {
    if (day < span.from || day > span.to) return [span];
    return [
      { ...span, to: daysAfter(day, -1) },
      { ...span, from: daysAfter(day, 1) },
    ].filter(({ from, to }) => from <= to);
  });
}

function moved(span: DateSpan, days: number): DateSpan {
  const to = span.to === NEVER ? NEVER : daysAfter(span.to, days);
  return { ...span, from: daysAfter(span.from, days), to };
}

function yearsAfter(date: string, years: number): string {
  return `${String(Number(date.slice(0, 4)) + years).padStart(4, '0')}${date.slice(4)}`;
}

function byNumber(one: number, other: number): number {
  return one - other;
}
