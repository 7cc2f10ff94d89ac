import type { Evidence, Session, Step } from '../providers/contract.js';
import type { Progress } from '../shared/domain/deployment.js';
import { failure, type Failure } from '../shared/domain/failures.js';
import type { Outcome } from '../shared/domain/outcome.js';
import type { News } from '../shared/domain/state.js';
import type { Entry } from '../shared/store/entries.js';
import { createCheckSeries } from './checks/check-series.js';
import type { Drive } from './drive.js';
import { entry } from './narrate.js';
import { stabilityOf } from './patience.js';
import { pieceOf, type Piece } from './piece.js';
import { createStabilityWindow } from './stability.js';
import { createTurn } from './turn.js';

/** After a call's time is up, how long it may take to end before it counts as hung; in milliseconds. */
const HANG_MS = 5_000;

/** What a capture found, to be stored together with the news of it. */
interface Findings {
  readonly progress?: Partial<Progress>;
  readonly baseline?: unknown;
  readonly entries: readonly Entry[];
}

/** Does the pieces of one deployment with the session of its provider. Holds what may be lost with the process. */
export interface Performer {
  /** The reason of the last wait, so that it is said once. */
  lastBecause: string | undefined;
  /** Opens the session when needed and finds the next piece, or says why it cannot be done. */
  prepare(): Promise<{ said: 'ready'; piece: Piece } | { said: 'failed'; failure: Failure }>;
  /** `leftMs`: the provider's time until the piece's deadline. Throws when the provider code throws or hangs. */
  perform(piece: Piece, leftMs: number): Promise<Outcome | News>;
  evidence(withinMs: number): Promise<Evidence | undefined>;
  takeFindings(): Findings;
  changed(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export function createPerformer(run: Drive): Performer {
  const { deps, ledger, input } = run;
  let session: Session<unknown> | undefined;
  let baseline = run.baseline;
  let plan: { forward: readonly Step[]; back: readonly Step[] } = { forward: [], back: [] };
  let findings: Findings = { entries: [] };
  const checks = createCheckSeries({
    checks: input.verify.checks ?? [],
    version: ledger.request.version,
    guard: deps.guard,
    say: (line, level) => ledger.say({ text: deps.redact(line), level, step: 'verify:checks' }),
  });
  const steady = createStabilityWindow(stabilityOf(input.verify));

  async function open(): Promise<Failure | undefined> {
    const { service, environment, version, provider: kind, message } = ledger.request;
    const provider = await deps.provider(kind);
    if (!provider) return failure('provider.unknown', `There is no provider "${kind}" here`);
    const release = {
      deploymentId: ledger.id,
      service,
      environment,
      version,
      artifact: input.artifact,
      ...(message && { message }),
    };
    const opened = await provider.open(input.spec, release, deps.surroundings);
    if (!opened.ok) return failure('provider.spec-invalid', opened.problems.join('; '));
    session = opened.session;
    return baseline === undefined ? undefined : rebuild(session);
  }

  /** The same inputs must give the same plan; a newer Beanpod may not follow half of another one's. */
  function rebuild(from: Session<unknown>): Failure | undefined {
    plan = { forward: from.forward(baseline), back: from.back(baseline) };
    const side = ledger.state.name === 'rolling_back' ? 'back' : 'forward';
    const [was, is] = [ledger.progress[side], plan[side]].map((steps) =>
      steps.map(({ id }) => id).join(', '),
    );
    return was === is ? undefined : failure('plan.changed', `Started with ${was}; now it would be ${is}`);
  }

  async function capture(from: Session<unknown>, signal: AbortSignal): Promise<Outcome | News> {
    const captured = await from.capture(createTurn(run, { kind: 'capture' }, signal));
    if (captured.said !== 'captured') return captured;
    const { summary, noRollback } = captured;
    if (noRollback && input.policy.requireBaseline) return { said: 'failed', failure: noRollback };
    baseline = captured.baseline;
    plan = { forward: from.forward(baseline), back: noRollback ? [] : from.back(baseline) };
    const [forward, back] = [plan.forward, plan.back].map((steps) =>
      steps.map(({ id, title }) => ({ id, title })),
    );
    findings = {
      baseline,
      progress: {
        forward: forward ?? [],
        back: back ?? [],
        baseline: summary,
        ...(noRollback && { noRollback }),
      },
      entries: [
        entry('baseline.captured', { summary, rollback: noRollback ? noRollback.detail : 'possible' }),
        entry('plan.made', { steps: plan.forward.map(({ title }) => title).join(' → ') }),
      ],
    };
    return { kind: 'captured' };
  }

  async function stage(
    from: Session<unknown>,
    name: 'health' | 'checks' | 'stability',
    signal: AbortSignal,
  ): Promise<Outcome> {
    const turn = createTurn(run, { kind: 'stage', stage: name }, signal);
    const now = run.heartbeat.now() / deps.tempo;
    if (name === 'checks') {
      const elapsedMs = now - ledger.progress.since / deps.tempo;
      return checks({ base: await from.endpoint?.(turn), elapsedMs, signal });
    }
    const assessed = await from.assess(turn, baseline);
    return name === 'stability' ? steady(assessed, now) : assessed;
  }

  function opened(): Session<unknown> {
    if (!session) throw new Error('The session of the provider is not open');
    return session;
  }

  return {
    lastBecause: undefined,

    async prepare() {
      const problem = session ? undefined : await open();
      if (problem) return { said: 'failed', failure: problem };
      const piece = pieceOf(ledger.state, plan.forward, plan.back);
      if (!piece) throw new Error(`There is no piece of work for state ${ledger.state.name}`);
      return { said: 'ready', piece };
    },

    async perform(piece, leftMs) {
      const limited = AbortSignal.any([run.abandon, AbortSignal.timeout(Math.ceil(leftMs * deps.tempo))]);
      switch (piece.kind) {
        case 'capture':
          return await unlessHung(capture(opened(), limited), limited);
        case 'step':
          return await unlessHung(piece.step.run(createTurn(run, piece, limited)), limited);
        case 'stage':
          return await unlessHung(stage(opened(), piece.stage, limited), limited);
      }
    },

    async evidence(withinMs) {
      if (!session || baseline === undefined) return undefined;
      const limited = AbortSignal.any([run.abandon, AbortSignal.timeout(withinMs)]);
      return unlessHung(session.evidence(createTurn(run, undefined, limited), baseline), limited);
    },

    takeFindings() {
      const found = findings;
      findings = { entries: [] };
      return found;
    },

    changed(signal) {
      return session?.changed?.(signal) ?? new Promise(() => undefined);
    },

    async close() {
      await session?.close?.();
    },
  };
}

/** Provider code that ignores its signal must not hold a run for ever. */
async function unlessHung<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const hung = new Promise<never>((_, reject) => {
    const late = () => {
      timer = setTimeout(
        () => reject(new Error('The provider did not answer within the time of its call')),
        HANG_MS,
      );
    };
    if (signal.aborted) late();
    else signal.addEventListener('abort', late, { once: true });
  });
  try {
    return await Promise.race([work, hung]);
  } finally {
    clearTimeout(timer);
  }
}
