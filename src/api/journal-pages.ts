import type { Deployment } from '../shared/domain/deployment.js';
import { isEnded } from '../shared/domain/state.js';
import { withoutColours } from '../shared/log/clean-line.js';
import type { Line } from '../shared/store/entries.js';
import type { Journal } from '../shared/store/journal.js';

/** Part of a journal. `next` is the cursor after it; `complete` says that no line will ever follow; `length` counts all lines. */
export interface Part {
  readonly lines: readonly Line[];
  readonly next: number;
  readonly complete: boolean;
  readonly length: number;
}

/** All lines, or only events. */
export type Selection = 'all' | 'events';

/** Which lines are wanted: those of a kind, and of them those that hold a text, in whatever case. */
export interface Wanted {
  readonly selection: Selection;
  readonly text?: string;
}

/** Most lines that one request for some of them looks through. */
const MOST_LOOKED_THROUGH = 20_000;
const PER_READ = 4_000;

/** Up to `limit` lines after line `after`. `deployment` must have been read before, so that its end is not taken for the journal's too early. */
export async function readPart(
  journal: Pick<Journal, 'read' | 'length'>,
  deployment: Deployment,
  wanted: Wanted,
  after: number,
  limit: number,
): Promise<Part> {
  const lines: Line[] = [];
  let next = after;
  let dry = false;
  const isAll = wanted.selection === 'all' && wanted.text === undefined;
  while (!dry && lines.length < limit && next - after < MOST_LOOKED_THROUGH) {
    const perRead = isAll ? limit : PER_READ;
    const read = await journal.read(deployment.id, next, perRead);
    dry = read.length < perRead;
    for (const line of read) {
      if (lines.length >= limit) break;
      next = line.n;
      if (isWanted(line, wanted)) lines.push(line);
    }
    if (isAll) break;
  }
  const length = await journal.length(deployment.id);
  return { lines, next, complete: isEnded(deployment.state) && next >= length, length };
}

function isWanted(line: Line, { selection, text }: Wanted): boolean {
  if (selection === 'events' && line.kind !== 'event') return false;
  return text === undefined || withoutColours(line.text).toLowerCase().includes(text.toLowerCase());
}

/** The journal from a cursor to line `until`, in texts of many lines each. */
export async function* readText(
  journal: Pick<Journal, 'read'>,
  id: string,
  {
    after,
    until,
    selection,
  }: { readonly after: number; readonly until: number; readonly selection: Selection },
  textOf: (line: Line) => string,
): AsyncGenerator<string> {
  let next = after;
  while (next < until) {
    const lines = await journal.read(id, next, Math.min(PER_READ, until - next));
    const last = lines.at(-1);
    if (!last) return;
    next = last.n;
    const text = lines
      .filter((line) => selection === 'all' || line.kind === 'event')
      .map(textOf)
      .join('');
    if (text !== '') yield text;
  }
}
