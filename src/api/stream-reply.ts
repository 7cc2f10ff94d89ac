import type { Deployment } from '../shared/domain/deployment.js';
import type { Operation } from '../shared/domain/operations.js';
import type { Line } from '../shared/store/entries.js';
import { presentLine } from './journal-text.js';
import type { Change, LiveChanges } from './live-changes.js';
import type { LiveJournals } from './live-journals.js';
import type { OperationChanges } from './operation-changes.js';
import type { PodChanges } from './pod-changes.js';
import { presentDeployment } from './present.js';
import type { LiveReply, Sink } from './reply.js';

const PING_MS = 15_000;
/** Bytes that a reader may leave unread before its connection ends; it comes back and reads again what it shows. */
const MOST_UNREAD = 1024 * 1024;

interface StreamDeps {
  readonly changes: LiveChanges;
  readonly operations: OperationChanges;
  readonly pods: PodChanges;
  readonly live: LiveJournals;
}

/** What one reader wants to hear of, and until when at most. */
interface Wanted {
  /** Deployments that the reader may know of. */
  readonly mayView: (deployment: Deployment) => boolean;
  /** Operations, likewise. */
  readonly mayViewOperation: (operation: Operation) => boolean;
  /** Targets whose pods to tell of. */
  readonly targets: readonly { readonly service: string; readonly environment: string }[];
  /** A journal to follow besides, from the line after `after` on. */
  readonly journal?: { readonly id: string; readonly after: number };
  readonly closing: AbortSignal;
}

/**
 * Everything that one reader shows live, in one connection: `reset` first and whenever changes may have been missed,
 * `deployment` and `operation` for each one that changed, `pods` for each target, `lines` and at last `end` for the journal, `ping` when nothing else happens. Only lines have ids, so that a
 * reader that comes back gets the lines it lacks and a `reset` for all the rest.
 */
export function streamReply(
  { changes, operations, pods, live }: StreamDeps,
  { mayView, mayViewOperation, targets, journal, closing }: Wanted,
): LiveReply {
  return {
    kind: 'live',
    status: 200,
    start(sink) {
      const stops: (() => void)[] = [];
      const finish = () => {
        for (const stop of stops.splice(0)) stop();
      };
      const hangUp = () => {
        finish();
        sink.end();
      };
      const say = (text: string) => {
        if (sink.write(text) > MOST_UNREAD) hangUp();
      };
      say(RESET);
      const ping = setInterval(() => sink.write(PING), PING_MS);
      stops.push(
        () => clearInterval(ping),
        changes.watch({
          changed(all) {
            const text = all
              .filter(({ deployment }) => mayView(deployment))
              .map(encodeChange)
              .join('');
            if (text !== '') say(text);
          },
          missed: () => say(RESET),
        }),
        operations.watch(({ operation, event }) => {
          if (mayViewOperation(operation)) say(event);
        }),
        ...targets.map((target) => pods.watch(target, say)),
      );
      if (journal) stops.push(followJournal(live, journal, sink, say));
      closing.addEventListener('abort', hangUp);
      stops.push(() => closing.removeEventListener('abort', hangUp));
      sink.onClose(finish);
    },
  };
}

// An event, since browsers keep comments from their pages, which could not tell a dead connection from a quiet one.
const PING = 'event: ping\ndata: {}\n\n';
const RESET = 'event: reset\ndata: {}\n\n';

/** Lines of the past are sent as fast as they are read; only who falls behind with live ones is sent away. */
function followJournal(
  live: LiveJournals,
  { id, after }: { readonly id: string; readonly after: number },
  sink: Sink,
  say: (text: string) => void,
): () => void {
  return live.follow(id, after, {
    lines(lines, pace) {
      const text = encodeLines(id, lines);
      if (pace === 'live') say(text);
      else sink.write(text);
    },
    room: () => sink.drained(),
    ended: ({ state }) =>
      say(`event: end\ndata: ${JSON.stringify({ deployment: id, state: state.name })}\n\n`),
  });
}

const encoded = new WeakMap<Change | readonly Line[], string>();

/** Encodes the same change or lines once, however many listen. */
function once<K extends Change | readonly Line[]>(key: K, encode: (key: K) => string): string {
  const known = encoded.get(key);
  if (known !== undefined) return known;
  const text = encode(key);
  encoded.set(key, text);
  return text;
}

function encodeChange(change: Change): string {
  return once(change, ({ deployment }) => {
    return `event: deployment\ndata: ${JSON.stringify(presentDeployment(deployment))}\n\n`;
  });
}

function encodeLines(id: string, lines: readonly Line[]): string {
  return once(lines, () => {
    const page = { deployment: id, lines: lines.map(presentLine) };
    return `id: ${lines.at(-1)?.n}\nevent: lines\ndata: ${JSON.stringify(page)}\n\n`;
  });
}
