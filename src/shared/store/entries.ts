import { levelOf, sentenceOf, type EventData, type Level } from '../domain/events.js';

/** A line before it has a number: said by somebody, or an event whose sentence is made when it is read. */
export type Entry =
  | { readonly text: string; readonly level: Level; readonly step?: string }
  | { readonly code: string; readonly data: EventData; readonly step?: string };

/** A numbered line of a journal. */
export interface Line {
  readonly n: number;
  readonly at: number;
  readonly kind: 'log' | 'event';
  readonly level: Level;
  readonly text: string;
  readonly step?: string;
  readonly code?: string;
  readonly data?: EventData;
}

export function encodeEntries(entries: readonly Entry[]): string {
  return JSON.stringify(entries);
}

/** The lines of one stream entry, whose id is the number of its last line. */
export function decodeEntries(streamId: string, at: number, json: string): readonly Line[] {
  const entries = JSON.parse(json) as Entry[];
  const first = Number.parseInt(streamId, 10) - entries.length + 1;
  return entries.map((entry, index) => lineOf(first + index, at, entry));
}

function lineOf(n: number, at: number, entry: Entry): Line {
  const step = entry.step === undefined ? {} : { step: entry.step };
  if ('text' in entry) return { n, at, kind: 'log', level: entry.level, text: entry.text, ...step };
  const { code, data } = entry;
  return { n, at, kind: 'event', level: levelOf(code), text: sentenceOf(code, data), code, data, ...step };
}
