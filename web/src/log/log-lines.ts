import type { JournalLine, JournalPage } from '../../../src/shared/contract/journal-page.js';
import { call } from '../api/call.js';
import { seenOf } from './colours.js';

const PAGE = 500;
/** Lines that are kept; what is far from the view is forgotten beyond this. */
const MOST_KEPT = 40_000;
/** Milliseconds for which the view must rest before its lines are fetched: nobody reads what flies by. */
const REST_MS = 60;

/** What is known of a log at a moment. */
export interface LogState {
  readonly length: number;
  /** Characters of the longest line that was seen. */
  readonly longest: number;
  /** No further line will come. */
  readonly complete: boolean;
  readonly opened: boolean;
  readonly error: unknown;
}

/** The lines of one log, of which only the parts that somebody looks at are fetched, the end first. */
export function createLogLines(id: string) {
  const lines = new Map<number, JournalLine>();
  const loading = new Set<number>();
  const watchers = new Set<() => void>();
  let state: LogState = { length: 0, longest: 0, complete: false, opened: false, error: undefined };
  let resting: ReturnType<typeof setTimeout> | undefined;
  let frame: number | undefined;

  function change(next: Partial<LogState>): void {
    state = { ...state, ...next };
    // Lines come faster than anybody can see; one drawing for each frame is enough.
    frame ??= requestAnimationFrame(() => {
      frame = undefined;
      for (const watcher of watchers) watcher();
    });
  }

  function put(found: readonly JournalLine[], more: Partial<LogState> = {}): void {
    let { longest } = state;
    for (const line of found) {
      lines.set(line.n, line);
      longest = Math.max(longest, seenOf(line.text).length);
    }
    change({ longest, length: Math.max(state.length, found.at(-1)?.n ?? 0), ...more });
  }

  async function fetchPage(page: number): Promise<void> {
    if (loading.has(page)) return;
    loading.add(page);
    try {
      const query = { after: page * PAGE, limit: PAGE };
      const found = await call<JournalPage>('GET', `v1/deployments/${id}/logs`, { query });
      put(found.lines, { length: Math.max(state.length, found.length), error: undefined });
    } catch (error) {
      change({ error });
    } finally {
      loading.delete(page);
    }
  }

  /** Forgets the pages that are farthest from the page in view. */
  function forget(middle: number): void {
    if (lines.size <= MOST_KEPT) return;
    const reach = (MOST_KEPT / PAGE / 4) * PAGE;
    for (const n of lines.keys()) if (Math.abs(n - middle) > reach) lines.delete(n);
  }

  return {
    state: () => state,
    subscribe(watcher: () => void): () => void {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    line: (n: number) => lines.get(n),

    /** Fetches the end of the log. */
    async open(signal: AbortSignal): Promise<void> {
      try {
        const query = { tail: PAGE };
        const page = await call<JournalPage>('GET', `v1/deployments/${id}/logs`, { query, signal });
        put(page.lines, { length: page.length, complete: page.complete, opened: true, error: undefined });
      } catch (error) {
        if (!signal.aborted) change({ error });
      }
    },

    /** Sees to it that the lines from `first` to `last` are there soon. */
    want(first: number, last: number): void {
      clearTimeout(resting);
      resting = setTimeout(() => {
        forget((first + last) / 2);
        const pages = new Set<number>();
        for (let n = Math.max(1, first); n <= Math.min(last, state.length); n += 1)
          if (!lines.has(n)) pages.add(Math.floor((n - 1) / PAGE));
        for (const page of pages) void fetchPage(page);
      }, REST_MS);
    },

    /** Takes lines that were written just now. */
    append: (fresh: readonly JournalLine[]) => put(fresh),
    finish: () => change({ complete: true }),
  };
}

/** The lines of one log; see `createLogLines`. */
export type LogLines = ReturnType<typeof createLogLines>;
