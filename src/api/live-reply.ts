import type { Deployment } from '../shared/domain/deployment.js';
import type { Line } from '../shared/store/entries.js';
import type { Selection } from './journal-pages.js';
import { eventOf } from './journal-text.js';
import type { LiveJournals } from './live-journals.js';
import type { LiveReply, Sink } from './reply.js';

const PING_MS = 15_000;
/** Bytes that a reader may leave unread before it is sent away: memory is for those who listen. */
const MOST_UNREAD = 1024 * 1024;

/** Which lines somebody wants to follow, and until when at most. */
interface Wanted {
  readonly id: string;
  readonly after: number;
  readonly selection: Selection;
  readonly closing: AbortSignal;
}

/**
 * A journal as server-sent events, from line `after` on until the deployment has ended: `event: end` is the last one
 * then. A process that shuts down sends `event: reconnect`. A reader that is too slow gets `event: gap` with the cursor to come back with, and the connection ends.
 */
export function liveReply(live: LiveJournals, { id, after, selection, closing }: Wanted): LiveReply {
  return {
    kind: 'live',
    status: 200,
    start(sink) {
      let at = after;
      // A comment first, so that readers behind buffering proxies see the head at once.
      sink.write(': following\n\n');
      const ping = setInterval(() => sink.write(': ping\n\n'), PING_MS);
      const stop = live.follow(id, after, {
        lines(lines, pace) {
          const text = encode(lines, selection);
          const unread = text === '' ? 0 : sink.write(text);
          if (pace === 'live' && unread > MOST_UNREAD) sendAway(sink, at, finish);
          at = lines.at(-1)?.n ?? at;
        },
        room: () => sink.drained(),
        ended(deployment) {
          sink.write(endOf(deployment, at));
          finish();
          sink.end();
        },
      });
      function finish(): void {
        clearInterval(ping);
        closing.removeEventListener('abort', leave);
        stop();
      }
      function leave(): void {
        finish();
        sink.write(`event: reconnect\ndata: ${JSON.stringify({ after: at })}\n\n`);
        sink.end();
      }
      closing.addEventListener('abort', leave);
      sink.onClose(finish);
    },
  };
}

function sendAway(sink: Sink, at: number, finish: () => void): void {
  finish();
  sink.write(`event: gap\ndata: ${JSON.stringify({ after: at })}\n\n`);
  sink.end();
}

function endOf({ state }: Deployment, at: number): string {
  return `event: end\ndata: ${JSON.stringify({ state: state.name, next: at })}\n\n`;
}

const encoded: Record<Selection, WeakMap<readonly Line[], string>> = {
  all: new WeakMap(),
  events: new WeakMap(),
};

/** Encodes the same lines once, however many follow. */
function encode(lines: readonly Line[], selection: Selection): string {
  const known = encoded[selection].get(lines);
  if (known !== undefined) return known;
  const chosen = selection === 'all' ? lines : lines.filter(({ kind }) => kind === 'event');
  const text = chosen.map(eventOf).join('');
  encoded[selection].set(lines, text);
  return text;
}
