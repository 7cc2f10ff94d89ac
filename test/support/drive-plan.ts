import type { Evidence, Release, Session, Step, Turn } from '../../src/providers/contract.js';
import type { Provider } from '../../src/providers/define-provider.js';
import type { BundleSource, Pace } from '../../src/providers/surroundings.js';
import { failure, type Failure } from '../../src/shared/domain/failures.js';
import { failed, type Outcome } from '../../src/shared/domain/outcome.js';

/** What a plan is driven with. Time is that of the simulator: `pass` moves it, nothing here waits. */
export interface DriveOptions {
  /** Makes a provider as a new worker process would, without anything remembered. */
  readonly provider: () => Provider;
  readonly target: unknown;
  readonly release: Release;
  readonly bundles?: BundleSource;
  readonly pace?: Pace;
  pass(ms: number): Promise<void>;
  /** `at-every-turn` opens a new provider and session before each call, as after a crash. */
  readonly restart?: 'never' | 'at-every-turn';
  /** Throws at this intent of the worker, after it was stored and before the write. */
  readonly dieAt?: (piece: string, nth: number) => boolean;
  /** Called before every piece; for changes of the world at a certain point. */
  readonly before?: (piece: string, nth: number) => void | Promise<void>;
  /** Ends this piece with a failure instead of calling it, as a cancelled deployment does. */
  readonly giveUpAt?: (piece: string, nth: number) => Failure | undefined;
  /** Good assessments in a row, ten seconds apart, that make a success. */
  readonly samples?: number;
}

export interface Drive {
  readonly state: 'succeeded' | 'failed' | 'superseded' | 'rolled_back' | 'rollback_failed';
  /** What made the deployment fail. */
  readonly cause?: Failure;
  /** What made the rollback fail. */
  readonly failure?: Failure;
  readonly noRollback?: Failure;
  readonly evidence?: Evidence;
  readonly baseline?: unknown;
  readonly wrote: boolean;
  readonly lines: readonly string[];
  /** Simulated milliseconds. */
  readonly tookMs: number;
}

class Killed extends Error {}

// Six simulated hours are longer than any deadline of a plan.
const LONGEST_MS = 6 * 3_600_000;
const HEALTH_DEADLINE_MS = 900_000;
const nothingUploaded: BundleSource = { open: async () => undefined };

/** Runs capture, the forward plan, the assessment and, after a failed write, the plan back; the runner in small. */
export async function drivePlan(options: DriveOptions): Promise<Drive> {
  const lines: string[] = [];
  const intents = new Map<string, { note: string; atMs: number }>();
  const visits = new Map<string, number>();
  let baseline: unknown;
  let wrote = false;
  let nowMs = 0;
  let session: Session<unknown> | undefined;

  async function opened(): Promise<Session<unknown>> {
    if (options.restart === 'at-every-turn') await close();
    if (session !== undefined) return session;
    const answer = await options.provider().open(options.target, options.release, {
      bundles: options.bundles ?? nothingUploaded,
      ...(options.pace && { pace: options.pace }),
    });
    if (!answer.ok) throw new Error(answer.problems.join('; '));
    session = answer.session;
    if (baseline !== undefined) {
      session.forward(baseline);
      session.back(baseline);
    }
    return session;
  }

  async function close(): Promise<void> {
    await session?.close?.();
    session = undefined;
  }

  function turnOf(piece: string, writes: boolean): Turn {
    const intent = intents.get(piece);
    return {
      signal: new AbortController().signal,
      epoch: 1,
      intent: intent?.note,
      intentAgeMs: intent === undefined ? 0 : nowMs - intent.atMs,
      noteOf: (_plan, step) => intents.get(step)?.note,
      say: (line, level = 'info') => void lines.push(`${level} ${line}`),
      async intend(note) {
        intents.set(piece, { note, atMs: nowMs });
        wrote ||= writes;
        const nth = count(visits, `intend ${piece}`);
        if (options.dieAt?.(piece, nth) === true) throw new Killed(piece);
      },
    };
  }

  /** Calls one piece until it no longer waits, in as many sessions as it takes. */
  async function perform(
    piece: string,
    limit: { readonly writes: boolean; readonly deadlineMs: number },
    call: (session: Session<unknown>, turn: Turn) => Promise<Outcome>,
  ): Promise<Outcome> {
    const sinceMs = nowMs;
    while (nowMs - sinceMs <= limit.deadlineMs) {
      const nth = count(visits, piece);
      await options.before?.(piece, nth);
      const givenUp = options.giveUpAt?.(piece, nth);
      if (givenUp !== undefined) return failed(givenUp);
      const outcome = await callOnce(piece, limit.writes, call);
      if (outcome.said !== 'wait') return outcome;
      lines.push(`wait ${piece}: ${outcome.because}`);
      const forMs = Math.max(1, outcome.forMs);
      nowMs += forMs;
      await options.pass(forMs);
      if (nowMs > LONGEST_MS) throw new Error(`${piece} never ends:\n${lines.slice(-20).join('\n')}`);
    }
    return failed(failure('deployment.deadline', `${piece}; last: ${lines.at(-1) ?? ''}`));
  }

  async function callOnce(
    piece: string,
    writes: boolean,
    call: (session: Session<unknown>, turn: Turn) => Promise<Outcome>,
  ): Promise<Outcome> {
    try {
      return await call(await opened(), turnOf(piece, writes));
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      await close();
      return { said: 'wait', forMs: 1_000, because: 'the worker died' };
    }
  }

  async function performPlan(plan: (from: Session<unknown>) => readonly Step[]): Promise<Outcome> {
    for (const { id, writes, deadlineMs = 1_800_000 } of plan(await opened())) {
      const outcome = await perform(id, { writes, deadlineMs }, async (from, turn) => {
        const step = plan(from).find((one) => one.id === id);
        if (step === undefined) throw new Error(`The plan lost its step ${id}`);
        return await step.run(turn);
      });
      if (outcome.said === 'failed') return outcome;
    }
    return { said: 'done' };
  }

  async function assessed(): Promise<Outcome> {
    for (let good = 0; good < (options.samples ?? 3); good++) {
      const outcome = await perform(
        'assess',
        { writes: false, deadlineMs: HEALTH_DEADLINE_MS },
        (from, turn) => from.assess(turn, baseline),
      );
      if (outcome.said === 'failed') return outcome;
      nowMs += 10_000;
      await options.pass(10_000);
    }
    return { said: 'done' };
  }

  try {
    let noRollback: Failure | undefined;
    const captured = await perform('capture', { writes: false, deadlineMs: 900_000 }, async (from, turn) => {
      const answer = await from.capture(turn);
      if (answer.said !== 'captured') return answer;
      ({ baseline, noRollback } = answer);
      return { said: 'done' };
    });
    const forward =
      captured.said === 'failed' ? captured : await performPlan((from) => from.forward(baseline));
    const outcome = forward.said === 'failed' ? forward : await assessed();
    const common = { baseline, lines, ...(noRollback !== undefined && { noRollback }) };
    if (outcome.said !== 'failed') return { ...common, state: 'succeeded', wrote, tookMs: nowMs };
    const cause = outcome.failure;
    const isOver = !wrote || cause.ends === 'superseded' || noRollback !== undefined;
    if (isOver) {
      const state = cause.ends === 'superseded' ? 'superseded' : 'failed';
      return { ...common, state, cause, wrote, tookMs: nowMs };
    }
    const evidence = cause.ends === undefined ? await collect() : undefined;
    const back = await performPlan((from) => from.back(baseline));
    const ending = back.said === 'failed' ? { failure: back.failure } : {};
    const state = back.said === 'failed' ? 'rollback_failed' : 'rolled_back';
    return { ...common, state, cause, ...(evidence && { evidence }), wrote, ...ending, tookMs: nowMs };
  } finally {
    await close();
  }

  /** Evidence polls by itself, so time passes beside it. */
  async function collect(): Promise<Evidence> {
    const from = await opened();
    const ticking = setInterval(() => void options.pass(1_000), 10);
    try {
      return await from.evidence(turnOf('evidence', false), baseline);
    } finally {
      clearInterval(ticking);
    }
  }
}

/** A turn for a single call that writes nothing. */
export function quietTurn(): Turn {
  return {
    signal: new AbortController().signal,
    epoch: 1,
    intent: undefined,
    intentAgeMs: 0,
    noteOf: () => undefined,
    say: () => undefined,
    intend: () => Promise.reject(new Error('Nothing is to be written here')),
  };
}

function count(visits: Map<string, number>, what: string): number {
  const nth = (visits.get(what) ?? 0) + 1;
  visits.set(what, nth);
  return nth;
}
