import { KubeStatusError, type KubeTransport } from '../transport.js';
import type { ContainerView } from '../watch/container-view.js';
import { sleep } from '../watch/sleep.js';
import { advanced, fixedTime, newLinesAfter, type LogPosition } from './log-position.js';

/**
 * A followed log that is silent for so long is opened anew: after a rotation some kubelets follow the old file for ever.
 * https://github.com/kubernetes/kubernetes/issues/115701
 */
const SILENCE_MS = 60_000;
/** Between two looks at a container that has nothing to read, or whose log broke off. */
const PAUSE_MS = 300;

/** Reasons of containers that are on their way. */
const STARTING = new Set(['', 'ContainerCreating', 'PodInitializing']);

/** The log of one container. */
export interface ContainerLog {
  readonly transport: KubeTransport;
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly signal: AbortSignal;
  /** The container as it is now; undefined when its pod is gone. */
  look(): ContainerView | undefined;
  heard(at: string, text: string, position: LogPosition): void;
  say(text: string): void;
}

/** Where reading begins. */
export interface LogStart {
  readonly position: LogPosition | undefined;
  readonly since: number | undefined;
  readonly tail: number | undefined;
  readonly previous: boolean;
}

/**
 * Reads the log of a container over all of its restarts and broken connections, each line once, until its pod is gone or
 * the signal aborts. Never rejects: what keeps it from reading is said and tried again.
 */
export async function followContainerLog(log: ContainerLog, start: LogStart): Promise<void> {
  let { position } = start;
  let said = '';
  /** The run whose log was read to its end. */
  let ended: number | undefined;

  /** Reads until the log ends; throws when it breaks off. `from` continues after it. */
  async function read(
    run: number,
    query: Record<string, string | undefined>,
    from: LogPosition | undefined,
  ): Promise<void> {
    const silence = new AbortController();
    const timer = setTimeout(() => silence.abort(), SILENCE_MS);
    const isNew = from ? newLinesAfter(from) : () => true;
    const since = from && `${from.at.slice(0, 19)}Z`;
    const path = `/api/v1/namespaces/${encodeURIComponent(log.namespace)}/pods/${encodeURIComponent(log.pod)}/log`;
    try {
      const lines = log.transport.lines({
        method: 'GET',
        path,
        query: { container: log.container, timestamps: 'true', sinceTime: since, ...query },
        signal: AbortSignal.any([log.signal, silence.signal]),
      });
      for await (const line of lines) {
        timer.refresh();
        const space = line.indexOf(' ');
        const at = fixedTime(space < 0 ? line : line.slice(0, space));
        if (at === undefined || !isNew(at)) continue;
        position = advanced(position, run, at);
        log.heard(at, space < 0 ? '' : line.slice(space + 1), position);
      }
    } finally {
      clearTimeout(timer);
    }
    // A regular end is that of the container; a silent stream has only been given up.
    if (!silence.signal.aborted) ended = run;
  }

  /** What the run before left unread, and then the present run. */
  async function readOn({ restarts: run }: ContainerView): Promise<void> {
    const known = position;
    const missed = known ? run - known.run : Number(start.previous && run > 0);
    if (missed > 1) log.say(`It was restarted ${missed} times; only the last run before is still readable`);
    if (missed > 0 && ended !== run - 1) {
      const from = known?.run === run - 1 ? known : undefined;
      await read(run - 1, { previous: 'true', ...(!known && past(start)) }, from).catch(ignoreAbsent);
    }
    const from = position?.run === run ? position : undefined;
    const isFirst = !known && !from;
    await read(run, { follow: 'true', ...(isFirst && past(start)) }, from);
  }

  /** Whether there may be something to read: the container runs, or has ended a run that was not read to its end. */
  function mayRead({ state, restarts, last }: ContainerView): boolean {
    if (state.is === 'running') return true;
    return ended !== restarts && (state.is === 'terminated' || last !== undefined);
  }

  /** Why a container does not run, once for each reason. */
  function tellWaiting({ state }: ContainerView): void {
    if (state.is !== 'waiting' || STARTING.has(state.reason) || said === state.reason) return;
    said = state.reason;
    log.say(`It does not run: ${[state.reason, state.message].filter(Boolean).join(': ')}`);
  }

  async function tryToRead(container: ContainerView): Promise<void> {
    try {
      await readOn(container);
      said = '';
    } catch (error) {
      if (log.signal.aborted) return;
      const why = error instanceof Error ? error.message : String(error);
      // Every try of a container that waits gets the same answer; one is enough.
      if (why !== said && !isAbsent(error)) log.say(why);
      said = why;
    }
  }

  while (!log.signal.aborted) {
    const container = log.look();
    if (!container) return;
    tellWaiting(container);
    if (mayRead(container)) await tryToRead(container);
    await sleep(PAUSE_MS, log.signal);
  }
}

function past({ since, tail }: LogStart): Record<string, string | undefined> {
  return {
    tailLines: tail === undefined ? undefined : String(tail),
    sinceSeconds: since === undefined ? undefined : String(since),
  };
}

function isAbsent(error: unknown): boolean {
  return error instanceof KubeStatusError && error.status === 404;
}

/** A container restarts without a log of the run before when its node has forgotten it. */
function ignoreAbsent(error: unknown): void {
  if (error instanceof KubeStatusError && (error.status === 400 || error.status === 404)) return;
  throw error;
}
