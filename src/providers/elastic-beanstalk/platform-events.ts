import type { PlatformEvent } from './environment.js';

/** First event of every update of an environment, whoever asked for it (developer guide, "Event stream"). */
export const UPDATE_STARTING = 'Environment update is starting.';

// An event may become visible after younger ones; every read therefore overlaps the one before.
const OVERLAP_MS = 90_000;

const TERMINAL =
  /update completed|complete, but with|Failed to deploy|New application version was deployed|reverted to the previous|Aborting the operation|aborted/i;
const WITH_ERRORS = /operation is complete, but with (errors|command timeouts)/i;

/** Events of one environment since a moment, oldest first, each once. */
export interface EventLog {
  /** The read that misses nothing begins here. */
  readFromMs(): number;
  /** Takes what was read, in any order and with repetitions; returns the events that are new. */
  add(events: readonly PlatformEvent[]): readonly PlatformEvent[];
  /** Tells how far the stream of the whole region was read. */
  reached(atMs: number): void;
  all(): readonly PlatformEvent[];
}

/** Keeps the events of `environment` that are younger than `anchorMs`. */
export function createEventLog(environment: string, anchorMs: number): EventLog {
  const known = new Set<string>();
  let events: PlatformEvent[] = [];
  let cursorMs = anchorMs;
  return {
    readFromMs: () => Math.max(anchorMs, cursorMs - OVERLAP_MS),
    add(incoming) {
      const added: PlatformEvent[] = [];
      for (const event of incoming) {
        if (event.environment !== environment || event.atMs <= anchorMs || known.has(keyOf(event))) continue;
        known.add(keyOf(event));
        added.push(event);
      }
      added.sort(byAge);
      if (added.length > 0) events = [...events, ...added].sort(byAge);
      return added;
    },
    reached(atMs) {
      cursorMs = Math.max(cursorMs, atMs);
    },
    all: () => events,
  };
}

/** Whether an event makes it worth looking at the environment at once; never a verdict. */
export function looksTerminal(event: PlatformEvent): boolean {
  return TERMINAL.test(event.message);
}

/** Whether an event only tells how the environment feels; neither what runs nor the instances have changed. */
export function isHealthNews(event: PlatformEvent): boolean {
  return event.message.startsWith('Environment health has');
}

/** The event that calls an update complete although parts of it went wrong. */
export function completedWithErrors(events: readonly PlatformEvent[]): PlatformEvent | undefined {
  return events.find((event) => WITH_ERRORS.test(event.message));
}

/** Whether the complaint is that a command took too long. */
export function saysTimeout(event: PlatformEvent): boolean {
  return event.message.includes('command timeouts');
}

/** Whether the events say that a deployment failed; not every failed deployment says so. */
export function saysFailed(events: readonly PlatformEvent[]): boolean {
  return events.some((event) => event.message.startsWith('Failed to deploy'));
}

/** Whether the events say that somebody aborted the update; the commands of a failed one are merely "aborting". */
export function saysAborted(events: readonly PlatformEvent[]): boolean {
  return events.some((event) => /\baborted\b/i.test(event.message));
}

/** The event that explains a failed update best: a command with its output, the first error, or else a warning. */
export function firstCause(events: readonly PlatformEvent[]): PlatformEvent | undefined {
  const isError = (event: PlatformEvent): boolean => levelOf(event) === 'error';
  return (
    events.find((event) => event.message.includes('Command failed on instance')) ??
    events.find((event) => isError(event) && !isHealthNews(event)) ??
    events.find(isError) ??
    events.find((event) => levelOf(event) === 'warn' && !isHealthNews(event))
  );
}

/** Level of the deployment's log for a severity of Elastic Beanstalk. */
export function levelOf(event: PlatformEvent): 'debug' | 'info' | 'warn' | 'error' {
  switch (event.severity.toUpperCase()) {
    case 'TRACE':
    case 'DEBUG':
      return 'debug';
    case 'WARN':
      return 'warn';
    case 'ERROR':
    case 'FATAL':
      return 'error';
    default:
      return 'info';
  }
}

function keyOf(event: PlatformEvent): string {
  return [event.atMs, event.requestId, event.severity, event.message].join('|');
}

function byAge(a: PlatformEvent, b: PlatformEvent): number {
  return a.atMs - b.atMs;
}
