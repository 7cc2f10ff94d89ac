import ICAL from 'ical.js';
import type { CalendarEvent, Recurrence } from '../../shared/domain/blockers/calendar-event.js';
import {
  daysAfter,
  isZone,
  wallTimeOf,
  weekdayOf,
  type WallTime,
} from '../../shared/domain/blockers/zoned-time.js';
import type { Item } from './item.js';

/** An event as it was read, or what in it cannot be told by windows. */
export type ReadEvent =
  | { readonly said: 'event'; readonly event: CalendarEvent }
  | { readonly said: 'refused'; readonly because: string };

/** Thrown with the sentence that people read. */
class Untold extends Error {}

const UNTELLABLE: Readonly<Record<string, string>> = {
  rdate: 'it has further dates (RDATE)',
  exrule: 'it has a rule for its exceptions (EXRULE)',
  'recurrence-id': 'it moves one occurrence of another event (RECURRENCE-ID)',
};
/** Years that are taken for meant. */
const YEARS = /^(19|20|21)\d\d-\d\d-\d\d$/;
const DAY_MINUTES = 24 * 60;
const MOST_SECONDS = 366 * 24 * 3_600;
const DAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const EVERY: Readonly<Record<string, Recurrence['every']>> = { DAILY: 'day', WEEKLY: 'week', YEARLY: 'year' };

/** Reads when an event takes place; times without a zone, and whole days, are in `standard`. */
export function readEvent(items: readonly Item[], standard: string | undefined): ReadEvent {
  try {
    return { said: 'event', event: told(items, standard) };
  } catch (error) {
    if (!(error instanceof Untold)) throw error;
    return { said: 'refused', because: error.message };
  }
}

function told(items: readonly Item[], standard: string | undefined): CalendarEvent {
  const all = (name: string) => items.filter((item) => item[0] === name);
  for (const [name, because] of Object.entries(UNTELLABLE))
    if (all(name).length > 0) throw new Untold(because);
  if (all('status').some((item) => item[3] === 'CANCELLED')) throw new Untold('it is cancelled');
  const [rule, ...more] = all('rrule');
  if (more.length > 0) throw new Untold('it has several rules (RRULE)');
  const [first] = all('dtstart');
  if (!first) throw new Untold('it has no beginning (DTSTART)');
  const zone = zoneOf(first, standard);
  const start = timeOf(first, first[3]);
  const recurrence = rule && recurrenceOf(rule[3] as Rule, start, zone);
  return {
    zone,
    start,
    end: endOf(first, start, all('dtend')[0], all('duration')[0], zone),
    ...(recurrence && { recurrence }),
    except: all('exdate').flatMap((item) => exceptions(item, first, start, zone)),
  };
}

function zoneOf([, parameters, type, value]: Item, standard: string | undefined): string {
  const { tzid } = parameters;
  const isUtc = type === 'date-time' && String(value).endsWith('Z');
  const zone = isUtc ? 'UTC' : typeof tzid === 'string' ? tzid : standard;
  if (zone === undefined) throw new Untold('its times are in no zone: name one with the parameter `zone`');
  if (!isZone(zone))
    throw new Untold(`its time zone "${zone}" is not one of the IANA names, such as Europe/Warsaw`);
  return zone;
}

/** A time of full minutes: windows have no other ones. */
function timeOf(item: Item, value: unknown): WallTime {
  const { seconds, ...time } = momentOf(item, value);
  if (seconds === 0) return time;
  throw new Untold(`${item[0].toUpperCase()} ${String(value)} is not a full minute`);
}

function momentOf(
  [name, , type]: Item | readonly [string, object, string],
  value: unknown,
): WallTime & { readonly seconds: number } {
  const [date = '', clock = '00:00:00'] = String(value).replace(/Z$/, '').split('T');
  const [hours = NaN, minutes = NaN, seconds = NaN] = clock.split(':').map(Number);
  const at = Date.parse(date);
  const isDay = YEARS.test(date) && Number.isFinite(at) && new Date(at).toISOString().startsWith(date);
  const isTime = type === 'date' || (hours < 24 && minutes < 60 && seconds < 60);
  if (isDay && isTime) return { date, minute: hours * 60 + minutes, seconds };
  throw new Untold(`${name.toUpperCase()} ${String(value)} is no time between 1900 and 2199`);
}

function minutesOf([, , , text]: Item): number {
  let seconds: number;
  try {
    seconds = ICAL.Duration.fromString(String(text)).toSeconds();
  } catch (error) {
    throw new Untold(`DURATION ${String(text)} is none`, { cause: error });
  }
  if (seconds % 60 !== 0) throw new Untold(`DURATION ${String(text)} is not of full minutes`);
  if (seconds > MOST_SECONDS) throw new Untold('it lasts longer than a year');
  return seconds / 60;
}

function endOf(
  first: Item,
  start: WallTime,
  end: Item | undefined,
  duration: Item | undefined,
  zone: string,
): WallTime {
  if (end) {
    if (end[2] !== first[2]) throw new Untold('one of DTSTART and DTEND is a day and the other one a time');
    if (zoneOf(end, zone) !== zone) throw new Untold('it begins and ends in different zones');
    return timeOf(end, end[3]);
  }
  if (duration) {
    const minutes = start.minute + minutesOf(duration);
    const days = Math.floor(minutes / DAY_MINUTES);
    return { date: daysAfter(start.date, days), minute: minutes - days * DAY_MINUTES };
  }
  if (first[2] === 'date') return { date: daysAfter(start.date, 1), minute: 0 };
  throw new Untold('it has no end (DTEND or DURATION)');
}

/** A rule as jCal has it: texts and numbers by the names of RFC 5545 in lower case. */
type Rule = Readonly<Record<string, RuleValue | undefined>>;
type RuleValue = string | number | readonly (string | number)[];

function recurrenceOf(rule: Rule, start: WallTime, zone: string): Recurrence {
  const { freq, interval = 1, until, count, wkst: _, byday, ...limits } = rule;
  const every = EVERY[String(freq)];
  if (!every) throw new Untold(`it comes again ${String(freq)}, and windows know DAILY, WEEKLY and YEARLY`);
  if (interval !== 1) throw new Untold(`it does not come every time (INTERVAL=${String(interval)})`);
  if (every === 'year') proveOwnDay(limits, start);
  else if (Object.keys(limits).length > 0)
    throw new Untold(`windows have no ${Object.keys(limits).join(' and ').toUpperCase()}`);
  if (byday !== undefined && every === 'year') throw new Untold('windows have no BYDAY of a year');
  const days = byday === undefined ? undefined : [byday].flat().map(dayOf);
  const own = every === 'week' ? [weekdayOf(start.date)] : undefined;
  const on = days ?? own;
  return {
    every,
    ...(on && { days: [...new Set(on)].sort((one, other) => one - other) }),
    ...(until !== undefined && { until: lastMoment(String(until), zone) }),
    ...(count !== undefined && { count: countOf(count) }),
  };
}

/** A year's rule may name the month and the day on which the event begins, and nothing else. */
function proveOwnDay({ bymonth, bymonthday, ...others }: Rule, { date }: WallTime): void {
  const [strange] = Object.keys(others);
  if (strange !== undefined) throw new Untold(`windows have no ${strange.toUpperCase()}`);
  const [, month, day] = date.split('-').map(Number);
  const isOwn = (value: RuleValue | undefined, own: number | undefined) =>
    value === undefined || String(value) === String(own);
  if (!isOwn(bymonth, month) || !isOwn(bymonthday, day))
    throw new Untold('it comes every year on another day than it begins');
}

function dayOf(name: unknown): number {
  const day = DAYS.indexOf(String(name)) + 1;
  if (day === 0) throw new Untold(`windows have no day such as ${String(name)}`);
  return day;
}

function countOf(value: unknown): number {
  const count = Number(value);
  if (!Number.isInteger(count) || count < 1) throw new Untold(`COUNT ${String(value)} is none`);
  return count;
}

/** A day counts to its end. */
function lastMoment(until: string, zone: string): WallTime {
  const type = until.includes('T') ? 'date-time' : 'date';
  const { date, minute } = momentOf(['until', {}, type], until);
  if (type === 'date') return { date, minute: DAY_MINUTES - 1 };
  return until.endsWith('Z') ? wallTimeOf(Date.parse(until), zone) : { date, minute };
}

function exceptions(item: Item, first: Item, start: WallTime, zone: string): readonly string[] {
  const [name, parameters, type, ...values] = item;
  return values.map((value) => {
    const { date, minute } = timeOf(item, value);
    const isThere = zoneOf([name, parameters, type, value], zone) === zone && type === first[2];
    if (!isThere || minute !== start.minute)
      throw new Untold(`EXDATE ${String(value)} is no time at which it begins`);
    return date;
  });
}
