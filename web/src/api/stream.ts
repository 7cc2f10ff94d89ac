import type { DeploymentView } from '../../../src/shared/contract/deployment-view.js';
import type { JournalLine } from '../../../src/shared/contract/journal-page.js';
import type { OperationView } from '../../../src/shared/contract/live-operation.js';
import type { PodsBrief } from '../../../src/shared/contract/pods-brief.js';
import { addressOf } from './call.js';

/** How the stream is: `retryAt` is when it tries again, by `Date.now()`. */
export type StreamStatus =
  | { readonly name: 'connecting' }
  | { readonly name: 'live' }
  | { readonly name: 'retrying'; readonly retryAt: number };

/** Whoever wants to hear what the stream says. */
export interface StreamListener {
  reset(): void;
  deployment(deployment: DeploymentView): void;
  operation(operation: OperationView): void;
  pods(brief: PodsBrief): void;
  /** The connection broke, maybe because the session has ended: a browser does not say why. */
  lost(): void;
}

/** Whoever follows the log of one deployment. */
export interface LogListener {
  readonly id: string;
  /** The last line that it has. */
  readonly after: () => number;
  lines(lines: readonly JournalLine[]): void;
  /** The deployment has ended and every line was given. */
  ended(): void;
}

/** Milliseconds before each new try; the last one is repeated. */
const PAUSES = [1_000, 2_000, 5_000, 10_000];

/** Milliseconds of silence after which a connection counts as dead; the API says something every 15 seconds. */
const SILENCE_MS = 40_000;

/** Targets whose pods the API tells of at once. */
const MOST_TARGETS = 100;

/** The one connection of this tab, by which the API tells what changed. It comes back by itself for as long as the page lives. */
export function createStream(listener: StreamListener) {
  const watchers = new Set<() => void>();
  let status: StreamStatus = { name: 'connecting' };
  let log: LogListener | undefined;
  let pods: readonly string[] = [];
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;

  function say(next: StreamStatus): void {
    status = next;
    for (const watcher of watchers) watcher();
  }

  function open(): void {
    close();
    const opened = new EventSource(
      addressOf('v1/events', { ...(log && { log: log.id, after: log.after() }), pods }),
    );
    source = opened;
    heard();
    opened.addEventListener('ping', heard);
    opened.addEventListener('reset', () => {
      heard();
      failures = 0;
      say({ name: 'live' });
      listener.reset();
    });
    opened.addEventListener('deployment', (event) => listener.deployment(read(event) as DeploymentView));
    opened.addEventListener('operation', (event) => listener.operation(read(event) as OperationView));
    opened.addEventListener('pods', (event) => listener.pods(read(event) as PodsBrief));
    opened.addEventListener('lines', (event) => {
      const { deployment, lines } = read(event) as { deployment: string; lines: JournalLine[] };
      if (log?.id === deployment) log.lines(lines);
    });
    opened.addEventListener('end', (event) => {
      const { deployment } = read(event) as { deployment: string };
      if (log?.id === deployment) log.ended();
    });
    opened.addEventListener('error', retry);
  }

  function heard(): void {
    clearTimeout(silence);
    silence = setTimeout(retry, SILENCE_MS);
  }

  /** The browser's own way to come back gives up for good on some answers, and does not say when it tries. */
  function retry(): void {
    close();
    const pause = PAUSES[Math.min(failures, PAUSES.length - 1)] ?? 0;
    failures += 1;
    say({ name: 'retrying', retryAt: Date.now() + pause });
    listener.lost();
    timer = setTimeout(open, pause);
  }

  function close(): void {
    clearTimeout(timer);
    clearTimeout(silence);
    source?.close();
    source = undefined;
  }

  return {
    open,
    close,
    status: () => status,
    subscribe(watcher: () => void): () => void {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    /** Tells from now on how many pods of these targets are ready, each named `service/environment`. */
    watchPods(targets: readonly string[]): void {
      const next = targets.slice(0, MOST_TARGETS);
      if (next.join(' ') === pods.join(' ')) return;
      pods = next;
      open();
    },
    /** Brings the lines of a log besides, until the answered function is called. One log at a time: a later one takes the place. */
    follow(next: LogListener): () => void {
      log = next;
      open();
      return () => {
        if (log === next) log = undefined;
      };
    },
  };
}

/** The connection of this tab; see `createStream`. */
export type Stream = ReturnType<typeof createStream>;

function read(event: Event): unknown {
  return JSON.parse((event as MessageEvent<string>).data) as unknown;
}
