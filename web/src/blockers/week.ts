import type { WindowsView } from '../../../src/shared/contract/blocker-check.js';

/** One day of this place, from midnight to midnight. */
export interface Day {
  /** Its midnight, in milliseconds since the epoch. */
  readonly start: number;
  /** Closed times of the day as parts of it, 0 to 1; a day of 23 or 25 hours is as long as any. */
  readonly closed: readonly { readonly blocker: string; readonly from: number; readonly to: number }[];
}

/** Closed times by the days of this place, from the day of `now` on. */
export function weekOf(closed: WindowsView['closed'], now: number, days = 7): readonly Day[] {
  return Array.from({ length: days }, (_, index) => {
    const [start, end] = [midnight(now, index), midnight(now, index + 1)];
    const part = (at: string) => Math.min(1, Math.max(0, (Date.parse(at) - start) / (end - start)));
    return {
      start,
      closed: closed
        .map(({ blocker, from, to }) => ({ blocker, from: part(from), to: part(to) }))
        .filter(({ from, to }) => from < to),
    };
  });
}

/** How much of the day of `now` is over, 0 to 1. */
export function partOfToday(now: number): number {
  const [start, end] = [midnight(now, 0), midnight(now, 1)];
  return (now - start) / (end - start);
}

function midnight(now: number, daysOn: number): number {
  const time = new Date(now);
  return new Date(time.getFullYear(), time.getMonth(), time.getDate() + daysOn).getTime();
}
