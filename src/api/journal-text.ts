import type { JournalLine } from '../shared/contract/journal-page.js';
import { withoutColours } from '../shared/log/clean-line.js';
import type { Line } from '../shared/store/entries.js';

/** A line as JSON callers see it. */
export function presentLine({ at, ...line }: Line): JournalLine {
  return {
    ...line,
    at: new Date(at).toISOString(),
    ...(line.data && { data: { ...line.data } }),
  };
}

/** A line for people: `HH:MM:SS.mmm [step] text`, in UTC and without colours. */
export function plainLine({ at, step, ...line }: Line): string {
  const text = withoutColours(line.text);
  const time = new Date(at).toISOString().slice(11, 23);
  return step === undefined ? `${time} ${text}\n` : `${time} [${step}] ${text}\n`;
}

/** A line as one server-sent event, whose id is the cursor after it. */
export function eventOf(line: Line): string {
  return `id: ${line.n}\nevent: ${line.kind}\ndata: ${JSON.stringify(presentLine(line))}\n\n`;
}
