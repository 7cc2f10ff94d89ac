import type { TailLine, TailNotice } from '../../../shared/contract/live-tail.js';
import type { TailBatch } from '../../live-operations.js';
import { encodePositions, type LogPosition } from './log-position.js';

/** What is kept for one reader that does not read. */
const MOST_LINES = 20_000;
const MOST_CHARACTERS = 4 * 1024 * 1024;
const MOST_NOTICES = 1_000;
/** What one batch holds at most. */
const MOST_TAKEN = 1_000;
/** Longest line that is kept: four times what is shown of one, so that no secret is cut in two before it can be hidden. */
const MOST_OF_A_LINE = 65_536;

interface Kept {
  readonly line: TailLine;
  readonly source: string;
  readonly position: LogPosition;
  /** Its time, or that of an earlier line of the same container where that is later. */
  readonly order: string;
}

/** Lines of many containers on their way to one reader. What there is no room for is counted. */
export function createLineBuffer(start: ReadonlyMap<string, LogPosition>) {
  const positions = new Map(start);
  const orders = new Map<string, string>();
  let kept: Kept[] = [];
  let characters = 0;
  let dropped = new Map<string, number>();
  let notices: TailNotice[] = [];

  return {
    push(line: TailLine, position: LogPosition): void {
      const source = `${line.pod}/${line.container}`;
      // Once something is lost, nothing is kept before that was told.
      if (dropped.size > 0 || kept.length >= MOST_LINES || characters >= MOST_CHARACTERS) {
        dropped.set(source, (dropped.get(source) ?? 0) + 1);
        return;
      }
      const before = orders.get(source) ?? '';
      const order = line.at > before ? line.at : before;
      orders.set(source, order);
      const text = line.text.length > MOST_OF_A_LINE ? line.text.slice(0, MOST_OF_A_LINE) : line.text;
      characters += text.length;
      kept.push({ line: { ...line, text }, source, position, order });
    },

    say(notice: TailNotice): void {
      if (notices.length < MOST_NOTICES) notices.push(notice);
    },

    /** A container that is gone needs no position. */
    forget(source: string): void {
      positions.delete(source);
      orders.delete(source);
    },

    /** Whether another batch is there already. */
    hasMore: () => kept.length > 0,

    /** The oldest that is kept; undefined when that is nothing. */
    take(): TailBatch | undefined {
      if (kept.length === 0 && dropped.size === 0 && notices.length === 0) return undefined;
      // Stable, so that the lines of one container stay in their order.
      kept.sort((one, other) => (one.order < other.order ? -1 : Number(one.order > other.order)));
      const taken = kept.slice(0, MOST_TAKEN);
      kept = kept.slice(MOST_TAKEN);
      for (const { source, position, line } of taken) {
        positions.set(source, position);
        characters -= line.text.length;
      }
      // What was dropped came after everything that is kept, so it is told last.
      const lost = kept.length === 0 ? dropped : new Map<string, number>();
      const batch = {
        lines: taken.map(({ line }) => line),
        dropped: [...lost].map(([source, lines]) => {
          const [pod = '', container = ''] = source.split('/');
          return { pod, container, lines };
        }),
        notices,
        position: encodePositions(positions),
      };
      notices = [];
      if (kept.length === 0) dropped = new Map();
      return batch;
    },
  };
}
