/** A calendar day and minute as a clock on a wall of the zone shows them. */
export interface WallTime {
  /** `2026-12-24` */
  readonly date: string;
  /** Minutes since midnight. */
  readonly minute: number;
}

const DAY_MS = 24 * 3_600_000;
const MINUTE_MS = 60_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Whether this machine knows a zone by this IANA name, such as `Europe/Warsaw`. */
export function isZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** What clocks of the zone show at an instant, in milliseconds since the epoch. */
export function wallTimeOf(instant: number, zone: string): WallTime {
  const shown = new Date(instant + offsetOf(instant, zone));
  return {
    date: shown.toISOString().slice(0, 10),
    minute: shown.getUTCHours() * 60 + shown.getUTCMinutes(),
  };
}

/**
 * The instants at which clocks of the zone show a minute of a day: one as a rule, two when clocks are set back over
 * it, in their order. A minute that clocks skip is the moment at which they skip it.
 */
export function instantsOf({ date, minute }: WallTime, zone: string): readonly [number, ...number[]] {
  const shown = Date.parse(`${date}T00:00:00Z`) + minute * MINUTE_MS;
  const [before, after] = [offsetOf(shown - DAY_MS, zone), offsetOf(shown + DAY_MS, zone)];
  const fits = [...new Set([before, after])]
    .map((offset) => shown - offset)
    .filter((instant) => instant + offsetOf(instant, zone) === shown)
    .sort((one, other) => one - other);
  const [first, ...more] = fits;
  return first === undefined
    ? [changeBetween(shown - before - DAY_MS, shown - after + DAY_MS, zone)]
    : [first, ...more];
}

/** The day of the week of a date, 1 for Monday to 7 for Sunday, as ISO 8601 has it. */
export function weekdayOf(date: string): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
}

/** The date so many days later. */
export function daysAfter(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** The first instant after `from` at which the offset is that of `to`; they differ, and change once between. */
function changeBetween(from: number, to: number, zone: string): number {
  const later = offsetOf(to, zone);
  let [low, high] = [Math.floor(from / MINUTE_MS), Math.ceil(to / MINUTE_MS)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetOf(middle * MINUTE_MS, zone) === later) high = middle;
    else low = middle;
  }
  return high * MINUTE_MS;
}

/** Milliseconds by which clocks of the zone are ahead of UTC. */
function offsetOf(instant: number, zone: string): number {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1_000) * 1_000;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(zone, format);
  }
  return format;
}
