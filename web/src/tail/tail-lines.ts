import type { DroppedLines, TailLine, TailNotice } from '../../../src/shared/contract/live-tail.js';
import { seenOf } from '../log/colours.js';

/** Lines that are kept; older ones leave. */
const MOST_LINES = 20_000;
/** Milliseconds within which lines are drawn together, however fast they come. */
const GATHER_MS = 100;
/** Colours that tell pods apart; see `tail.css`. */
const HUES = 10;

/** One row: a line of a container, or a remark about it. */
export interface TailRow {
  readonly kind: 'line' | 'remark';
  readonly pod: string;
  readonly container: string;
  readonly at: string;
  readonly text: string;
}

/** What is to be shown now. */
export interface TailState {
  readonly rows: readonly TailRow[];
  /** Rows that were there and have left, since there were too many; the first one shown has this number. */
  readonly left: number;
  /** Lines that the gateway could not deliver, since this page read too slowly. */
  readonly dropped: number;
  /** Rows that wait while it is paused. */
  readonly held: number;
  readonly isPaused: boolean;
}

/** The rows of a tail, bounded; `changed` is called for each new state, a few times a second at most. */
export function createTailLines(changed: () => void, most = MOST_LINES) {
  let state: TailState = { rows: [], left: 0, dropped: 0, held: 0, isPaused: false };
  let fresh: TailRow[] = [];
  let [dropped, skipped] = [0, 0];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hues = new Map<string, number>();

  function add(rows: readonly TailRow[]): void {
    fresh.push(...rows);
    timer ??= setTimeout(draw, GATHER_MS);
  }

  function draw(): void {
    timer = undefined;
    const { isPaused, rows, left } = state;
    if (isPaused) {
      // Of what waits, the newest stay; what is shown stays as it is.
      const over = Math.max(0, fresh.length - most);
      fresh = fresh.slice(over);
      skipped += over;
      state = { ...state, dropped: state.dropped + dropped, held: fresh.length };
    } else {
      const all = [...rows, ...fresh];
      const over = Math.max(0, all.length - most);
      state = {
        rows: all.slice(over),
        left: left + skipped + over,
        dropped: state.dropped + dropped,
        held: 0,
        isPaused,
      };
      fresh = [];
      skipped = 0;
    }
    dropped = 0;
    changed();
  }

  return {
    state: () => state,
    /** A number for the colour of a pod; pods get theirs in the order in which they come. */
    hueOf(pod: string): number {
      const known = hues.get(pod) ?? hues.size % HUES;
      hues.set(pod, known);
      return known;
    },
    take: (lines: readonly TailLine[]) => add(lines.map((line) => ({ kind: 'line', ...line }))),
    notice: ({ pod, container, text }: TailNotice) => add([remark(pod, container, text)]),
    drop({ pod, container, lines }: DroppedLines): void {
      dropped += lines;
      const words = lines === 1 ? '1 line is missing' : `${lines} lines are missing`;
      add([remark(pod, container, `${words}: they came faster than this page reads`)]);
    },
    pause(): void {
      state = { ...state, isPaused: true };
      changed();
    },
    resume(): void {
      state = { ...state, isPaused: false };
      draw();
    },
    stop: () => clearTimeout(timer),
  };
}

/** See `createTailLines`. */
export type TailLines = ReturnType<typeof createTailLines>;

/** Rows as they are seen, one in each line, for a file. */
export function textOfRows(rows: readonly TailRow[]): string {
  return rows.map(({ at, pod, container, text }) => `${at} ${pod}/${container} ${seenOf(text)}\n`).join('');
}

function remark(pod: string, container: string, text: string): TailRow {
  return { kind: 'remark', pod, container, at: new Date().toISOString(), text };
}
