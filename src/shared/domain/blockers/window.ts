import { daysAfter, instantsOf, wallTimeOf, weekdayOf } from './zoned-time.js';

/** Days of a year or of every year. Both ends belong to it. */
export interface DateSpan {
  /** `2026-12-20`; with `yearly` the year does not matter. */
  readonly from: string;
  readonly to: string;
  readonly yearly?: boolean;
}

/** Recurring hours by the clocks of one zone. What is left out does not limit it. */
export interface Window {
  /** IANA name. */
  readonly zone: string;
  /** Days of the week on which it begins, 1 for Monday to 7 for Sunday. */
  readonly days?: readonly number[];
  /** Days on which it begins. */
  readonly dates?: readonly DateSpan[];
  /** `22:00`. The beginning of the day when absent. */
  readonly from?: string;
  /** `06:00`, on the next day when it is not after `from`. The end of the day when absent. */
  readonly to?: string;
}

/** From `start` until right before `end`, in milliseconds since the epoch. */
export interface Interval {
  readonly start: number;
  readonly end: number;
}

/** How far ahead the end of an interval is looked for. */
const MOST_DAYS = 400;
const DAY_MS = 24 * 3_600_000;

/**
 * When the windows hold between two instants: in order, merged, never touching. One that began earlier starts before
 * `from`, one that ends later is cut at `until`. Where clocks are set back or forward, a doubtful minute belongs to
 * the window.
 */
export function intervalsOf(windows: readonly Window[], from: number, until: number): readonly Interval[] {
  const found = windows
    .flatMap((window) => [...occurrences(window, from, until)])
    .filter(({ start, end }) => start < end && end > from && start < until)
    .sort((one, other) => one.start - other.start);
  const merged: Interval[] = [];
  for (const { start, end } of found) {
    const last = merged.at(-1);
    const cut = Math.min(end, until);
    if (last && start <= last.end)
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, cut) };
    else merged.push({ start, end: cut });
  }
  return merged;
}

/** When the interval around `at` ends; `undefined` when no window holds, `Infinity` when it lasts for more than a year. */
export function endOfWindow(windows: readonly Window[], at: number): number | undefined {
  for (const days of [2, 16, MOST_DAYS]) {
    const until = at + days * DAY_MS;
    const [around] = intervalsOf(windows, at, until);
    if (!around || around.start > at) return undefined;
    if (around.end < until) return around.end;
  }
  return Infinity;
}

function* occurrences(window: Window, from: number, until: number): Generator<Interval> {
  const last = wallTimeOf(until, window.zone).date;
  for (
    let date = daysAfter(wallTimeOf(from, window.zone).date, -1);
    date <= last;
    date = daysAfter(date, 1)
  ) {
    if (beginsOn(window, date)) yield occurrenceOn(window, date);
  }
}

function beginsOn({ days, dates }: Window, date: string): boolean {
  if (days && !days.includes(weekdayOf(date))) return false;
  return !dates || dates.some((span) => spans(span, date));
}

function spans({ from, to, yearly }: DateSpan, date: string): boolean {
  if (!yearly) return from <= date && date <= to;
  const [first, last, day] = [from.slice(5), to.slice(5), date.slice(5)];
  return first <= last ? first <= day && day <= last : first <= day || day <= last;
}

function occurrenceOn({ zone, from = '00:00', to = '00:00' }: Window, date: string): Interval {
  const [first, last] = [minuteOf(from), minuteOf(to)];
  const [start] = instantsOf({ date, minute: first }, zone);
  const ends = instantsOf({ date: last > first ? date : daysAfter(date, 1), minute: last }, zone);
  return { start, end: ends.at(-1) ?? ends[0] };
}

function minuteOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  return hours * 60 + minutes;
}
