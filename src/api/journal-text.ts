import type { JournalLine } from '../shared/contract/journal-page.js';
import type { Line } from '../shared/store/entries.js';

/** A line as JSON callers see it. */
export function presentLine({ at, ...line }: Line): JournalLine {
  return {
    ...line,
    at: new Date(at).toISOString(),
    ...(line.data && { data: { ...line.data } }),
  };
}

/** A line for people: `HH:MM:SS.mmm [step] text`, in UTC. */
export function plainLine({ at, step, text }: Line): string {
  const time = new Date(at).toISOString().slice(11, 23);
  return step === undefined ? `${time} ${text}\n` : `${time} [${step}] ${text}\n`;
}

/** A line as one server-sent event, whose id is the cursor after it. */
export function eventOf(line: Line): string {
  return `id: ${line.n}\nevent: ${line.kind}\ndata: ${JSON.stringify(presentLine(line))}\n\n`;
}
