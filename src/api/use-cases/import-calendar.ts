import { Blocker } from '../../shared/contract/blocker.js';
import type { CalendarImportQuery } from '../../shared/contract/calendar-import.js';
import { merged, windowsOf } from '../../shared/domain/blockers/calendar-event.js';
import type { Window } from '../../shared/domain/blockers/window.js';
import { wallTimeOf } from '../../shared/domain/blockers/zoned-time.js';
import { schemaOf, type Violation } from '../../shared/schema/schema.js';
import { readCalendar, type Calendar } from '../calendar/read-calendar.js';
import { judgeBlocker } from './judge-blocker.js';

/** Blockers by their names, how many events are over, and everything that cannot be taken over. */
export interface ImportedCalendar {
  readonly blockers: ReadonlyMap<string, Blocker>;
  readonly past: number;
  readonly violations: readonly Violation[];
}

/** Most characters of a name that come from the title of an event. */
const MOST_OF_TITLE = 40;
const MOST_EVENTS = 1_000;
const blockers = schemaOf(Blocker);

/** A calendar as blockers: those of its events that have one title are one blocker. `now` is milliseconds since the epoch. */
export function importCalendar(text: string, asked: CalendarImportQuery, now: number): ImportedCalendar {
  const { events, problems } = readCalendar(text, asked.zone);
  const violations: Violation[] = problems.map(({ line, because }) => at(line, because));
  const surplus = events[MOST_EVENTS];
  if (surplus) violations.push(at(surplus.line, `it is one of more than ${MOST_EVENTS} events`));
  const found = new Map<string, { windows: Window[]; titles: Set<string>; line: number }>();
  let past = 0;
  for (const event of events.slice(0, MOST_EVENTS)) {
    const answer = judged(event, now);
    if (answer.said === 'past') past += 1;
    else if (answer.said === 'refused')
      violations.push(at(event.line, `${event.summary || 'an event without a title'}: ${answer.because}`));
    else {
      const name = nameOf(asked.name ?? 'calendar', event.summary);
      const known = found.get(name) ?? { windows: [], titles: new Set<string>(), line: event.line };
      known.windows.push(...answer.windows);
      if (event.summary !== '') known.titles.add(event.summary);
      found.set(name, known);
    }
  }
  const made = new Map<string, Blocker>();
  for (const [name, { windows, titles, line }] of found) {
    const blocker: unknown = blockerOf(asked, merged(windows), [...titles].join(', '));
    const wrong = blockers.is(blocker) ? judgeBlocker(blocker) : blockers.problems(blocker);
    violations.push(...wrong.map(({ pointer, detail }) => at(line, `${name}: ${pointer} ${detail}`)));
    if (blockers.is(blocker)) made.set(name, blocker);
  }
  if (events.length === 0 && problems.length === 0) violations.push(at(1, 'it holds no event'));
  return { blockers: made, past, violations };
}

function judged(event: Calendar['events'][number], now: number): ReturnType<typeof windowsOf> {
  if (event.said === 'refused') return event;
  return windowsOf(event.event, wallTimeOf(now, event.event.zone).date);
}

function blockerOf(
  { services, environments, tier, mode, open }: CalendarImportQuery,
  windows: readonly Window[],
  reason: string,
): unknown {
  const scope = {
    ...(services && { services }),
    ...(environments && { environments }),
    ...(tier !== undefined && { tier }),
  };
  return {
    rule: { type: 'window', windows, ...(open === true && { open }) },
    ...(Object.keys(scope).length > 0 && { scope }),
    ...(reason !== '' && { reason }),
    ...(mode !== undefined && { mode }),
  };
}

/** Letters lose their accents, so that titles of most languages keep something of themselves. */
function nameOf(beginning: string, title: string): string {
  const slug = title
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MOST_OF_TITLE)
    .replace(/^-+|-+$/g, '');
  return slug === '' ? beginning : `${beginning}-${slug}`;
}

function at(line: number, detail: string): Violation {
  return { pointer: `/line/${line}`, detail };
}
