import ICAL from 'ical.js';
import { readEvent, type ReadEvent } from './read-event.js';
import type { Item } from './item.js';

/** What is in a calendar. Every event has the line on which it begins, from 1. */
export interface Calendar {
  readonly events: readonly (ReadEvent & { readonly line: number; readonly summary: string })[];
  /** What is wrong beside its events. */
  readonly problems: readonly { readonly line: number; readonly because: string }[];
}

type Component = readonly [name: string, items: readonly Item[], inner: readonly Component[]];

/** Parts of a calendar that say nothing about when its events take place. */
const BESIDE = new Set(['vcalendar', 'vtimezone', 'standard', 'daylight', 'valarm']);

/**
 * Reads a calendar (RFC 5545). Times are by the clocks of the zone that they name; those that name none are in `zone`,
 * or in the one that the calendar itself names by `X-WR-TIMEZONE`. An event that cannot be read is among the events with
 * its reason.
 */
export function readCalendar(text: string, zone: string | undefined): Calendar {
  const { outside, blocks } = split(text);
  const { root, problems } = readOutside(outside);
  const named = root?.[1].find(([name]) => name === 'x-wr-timezone')?.[3];
  const standard = zone ?? (typeof named === 'string' ? named : undefined);
  return {
    problems,
    events: blocks.map(({ line, lines }) => {
      const parsed = parse(lines);
      if ('because' in parsed) return { said: 'refused', because: parsed.because, line, summary: '' };
      const [, items] = parsed.component;
      const summary = items.find(([name]) => name === 'summary')?.[3];
      const event = readEvent(items, standard);
      return { ...event, line, summary: typeof summary === 'string' ? summary.trim() : '' };
    }),
  };
}

interface Block {
  readonly line: number;
  readonly lines: readonly string[];
}

/** The events of a calendar, each by itself, and everything else; so that whatever is wrong has its line. */
function split(text: string): { readonly outside: readonly string[]; readonly blocks: readonly Block[] } {
  const outside: string[] = [];
  const blocks: { line: number; lines: string[] }[] = [];
  let block: string[] | undefined;
  for (const [at, line] of text.split(/\r\n|\n|\r/).entries()) {
    if (!block && /^BEGIN:VEVENT\s*$/i.test(line)) {
      block = [];
      blocks.push({ line: at + 1, lines: block });
    }
    // An empty line in its place keeps the numbers of the lines that follow.
    outside.push(block ? '' : line);
    block?.push(line);
    if (/^END:VEVENT\s*$/i.test(line)) block = undefined;
  }
  return { outside, blocks };
}

function readOutside(lines: readonly string[]): {
  readonly root?: Component;
  readonly problems: Calendar['problems'];
} {
  const parsed = parse(lines);
  if ('because' in parsed) return { problems: [{ line: 1, because: parsed.because }] };
  const { component } = parsed;
  const strange = namesIn(component).find((name) => !BESIDE.has(name));
  if (component[0] !== 'vcalendar') return { problems: [{ line: 1, because: 'it is no calendar' }] };
  if (strange === undefined) return { root: component, problems: [] };
  const line = lines.findIndex((each) => each.toLowerCase().startsWith(`begin:${strange}`)) + 1;
  return {
    problems: [{ line, because: `a ${strange.toUpperCase()} cannot be taken over, only events can` }],
  };
}

function namesIn([name, , inner]: Component): readonly string[] {
  return [name, ...inner.flatMap(namesIn)];
}

function parse(lines: readonly string[]): { readonly component: Component } | { readonly because: string } {
  try {
    const [first, ...more] = lists(ICAL.parse(lines.join('\r\n')));
    if (!first || more.length > 0) return { because: 'it is not one calendar' };
    return { component: first };
  } catch (error) {
    return { because: `it cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** One component, or a list of them when the text holds several. */
function lists(parsed: unknown): readonly Component[] {
  const [first] = parsed as readonly unknown[];
  return (typeof first === 'string' ? [parsed] : parsed) as readonly Component[];
}
