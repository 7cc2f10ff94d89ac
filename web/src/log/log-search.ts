import { useEffect, useState } from 'react';
import type { JournalPage } from '../../../src/shared/contract/journal-page.js';
import { call } from '../api/call.js';

/** Most places that are remembered; who finds more wants a longer text. */
const MOST_FOUND = 5_000;
/** Milliseconds without a key before the search begins. */
const REST_MS = 200;

/** Where a text was found in a log. */
export interface Found {
  /** Numbers of the lines, in order. */
  readonly lines: readonly number[];
  /** Lines that were looked through. */
  readonly searched: number;
  readonly busy: boolean;
  readonly error: unknown;
}

const NOTHING: Found = { lines: [], searched: 0, busy: false, error: undefined };

/** Searches the whole log, page after page, since most of it is not in the browser. `length`: lines that there are now. */
export function useLogSearch(id: string, text: string, length: number): Found {
  const [found, setFound] = useState<Found>(NOTHING);
  const wanted = text.trim();
  // A log that grows is not searched again for each line, only when it has ended or the text changes.
  const isEmpty = length === 0;
  useEffect(() => {
    setFound(wanted === '' ? NOTHING : { ...NOTHING, busy: true });
    if (wanted === '' || isEmpty) return undefined;
    const stop = new AbortController();
    const timer = setTimeout(() => void search(id, wanted, stop.signal, setFound), REST_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [id, wanted, isEmpty]);
  return found;
}

async function search(
  id: string,
  q: string,
  signal: AbortSignal,
  tell: (found: Found) => void,
): Promise<void> {
  const lines: number[] = [];
  let after = 0;
  try {
    for (;;) {
      const query = { q, after, limit: 1_000 };
      const page = await call<JournalPage>('GET', `v1/deployments/${id}/logs`, { query, signal });
      lines.push(...page.lines.map(({ n }) => n));
      const busy = page.next > after && page.next < page.length && lines.length < MOST_FOUND;
      after = page.next;
      tell({ lines: [...lines], searched: after, busy, error: undefined });
      if (!busy) return;
    }
  } catch (error) {
    if (!signal.aborted) tell({ lines, searched: after, busy: false, error });
  }
}
