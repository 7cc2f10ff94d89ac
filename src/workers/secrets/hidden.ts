import type { Redactor } from '../../shared/log/redact.js';
import type { Entry } from '../../shared/store/entries.js';
import type { Scribe } from '../scribe.js';

/** Keys whose texts come from outside. All others are words of ours, which a secret that equals one must not damage. */
const FREE = new Set([
  'baseline',
  'because',
  'detail',
  'firstCause',
  'hint',
  'lines',
  'note',
  'rollback',
  'text',
  'title',
]);

/** The one door of a run to the store: whatever goes through it has lost its secrets. */
export function hiddenScribe(scribe: Scribe, redactor: Redactor): Scribe {
  return {
    ...scribe,
    say: (entry) => scribe.say(hiddenEntry(entry, redactor)),
    save: (change) =>
      scribe.save({
        ...change,
        state: hiddenIn(change.state, redactor),
        progress: hiddenIn(change.progress, redactor),
      }),
  };
}

/** A copy with secrets hidden in all free texts of a record, wherever they are in it. */
export function hiddenIn<T>(value: T, redactor: Redactor): T {
  return hidden(value, false, redactor) as T;
}

function hidden(value: unknown, isFree: boolean, redactor: Redactor): unknown {
  if (typeof value === 'string') return isFree ? redactor.lines(value).join('\n') : value;
  if (Array.isArray(value)) return value.map((item) => hidden(item, isFree, redactor));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, hidden(inner, FREE.has(key), redactor)]),
  );
}

/** Lines stay one line; of an event every text may come from outside. */
function hiddenEntry(entry: Entry, redactor: Redactor): Entry {
  if ('text' in entry) return { ...entry, text: redactor.coloured(entry.text) };
  const data = Object.entries(entry.data).map(
    ([name, value]) => [name, typeof value === 'string' ? redactor.lines(value).join('\n') : value] as const,
  );
  return { ...entry, data: Object.fromEntries(data) };
}
