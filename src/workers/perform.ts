import type { Evidence, Session, Step } from '../providers/contract.js';
import type { Provider } from '../providers/define-provider.js';
import type { Progress } from '../shared/domain/deployment.js';
import { failure, type Failure } from '../shared/domain/failures.js';
import { imagesOf, type Digests } from '../shared/domain/image-reference.js';
import { done, type Outcome } from '../shared/domain/outcome.js';
import { isEnded, type News, type Stage } from '../shared/domain/state.js';
import type { Entry } from '../shared/store/entries.js';
import { createCheckSeries, type CheckSeries } from './checks/check-series.js';
import { inSpan } from '../shared/tracing/spans.js';
import type { Drive } from './run-deps.js';
import { pinnedArtifact } from './images/pin-images.js';
import { limitedCall } from './limited-call.js';
import { entry } from './narrate.js';
import { stabilityOf } from './patience.js';
import { keyOf, pieceOf, type Piece } from './piece.js';
import { openedBaseline, sealedBaseline } from './secrets/baseline.js';
import { found, type Reading } from './secrets/reading.js';
import { reveal, type RevealDeps } from './secrets/reveal.js';
import { createStabilityWindow } from './stability.js';
import { createTurn } from './turn.js';

/** What a capture found, to be stored together with the news of it. */
interface Findings {
  readonly progress?: Partial<Progress>;
  readonly baseline?: unknown;
  readonly entries: readonly Entry[];
}

/** Why a session cannot be opened, or not yet and for lack of what. */
type Unready =
  | Extract<Outcome, { said: 'failed' }>
  | (Extract<Outcome, { said: 'wait' }> & { readonly lacks: 'secrets' | 'images' });

/** Does the pieces of one deployment with the session of its provider. Holds what may be lost with the process. */
export interface Performer {
  /** The reason of the last wait, so that it is said once. */
  lastBecause: string | undefined;
  /** Whether this run has made its own look at the present piece. */
  looked: boolean;
  /** Opens the session when needed and finds the next piece, or says why it cannot be done. */
  prepare(): Promise<{ said: 'ready'; piece: Piece } | Unready>;
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
  let checks: CheckSeries | undefined;
  let digests: Digests = ledger.progress.digests ?? {};
  const secrets = deps.secrets.open(ledger.request, ledger.id);
  const steady = createStabilityWindow(stabilityOf(input.verify));

  async function open(): Promise<Unready | undefined> {
    const { service, environment, version, provider: kind, message } = ledger.request;
    const provider = await deps.provider(kind);
    if (!provider) return refused(failure('provider.unknown', `There is no provider "${kind}" here`));
    const before = openedBaseline(deps.secrets.seal, ledger.id, baseline);
    if (before.said !== 'found') return unready(before, 'secrets');
    const revealed = await reveal(input, revealing(provider), run.abandon);
    if (revealed.said !== 'found') return unready(revealed, 'secrets');
    const { spec, verify } = revealed.value;
    const pinned = await pin();
    if (pinned.said !== 'found') return unready(pinned, 'images');
    digests = pinned.value;
    const release = {
      deploymentId: ledger.id,
      service,
      environment,
      version,
      artifact: pinnedArtifact(input.artifact, digests),
      ...(message && { message }),
    };
    const opened = await provider.open(spec, release, { ...deps.surroundings, credentials: secrets });
    if (!opened.ok) return refused(failure('provider.spec-invalid', opened.problems.join('; ')));
    checks = createCheckSeries({
      checks: verify.checks ?? [],
      version,
      guard: deps.guard,
      say: (line, level) => ledger.say({ text: deps.redact(line), level, step: 'verify:checks' }),
    });
    session = opened.session;
    baseline = before.value;
    const changed = baseline === undefined ? undefined : rebuild(session);
    return changed && refused(changed);
  }

  /** What was found out before the baseline was recorded is part of the plan; nothing is asked again after that. */
  async function pin(): Promise<Reading<Digests>> {
    if (ledger.state.name !== 'preparing') return found(digests);
    const { service, version, kind } = ledger.request;
    const findings = kind === 'rollback' ? 'none' : 'keep';
    const { artifact, policy } = input;
    const wish = { service, version, images: imagesOf(artifact), allowed: policy.images ?? 'any' } as const;
    const pinned = await deps.images.pin({ ...wish, findings }, secrets, run.abandon);
    if (pinned.said !== 'found') return pinned;
    for (const each of pinned.value.events) ledger.say(each);
    return found(pinned.value.digests);
  }

  /** A rollback goes by what was recorded, so that it does not wait for secrets of the version that failed. */
  function revealing(provider: Provider): RevealDeps {
    return {
      secrets,
      credentials: provider.credentialsIn(input.spec),
      canSeal: deps.secrets.seal !== undefined,
      otherwise: ledger.state.name === 'rolling_back' ? 'go-on' : 'stop',
      say: (entry) => ledger.say(entry),
    };
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
    const { summary, noRollback, groups } = captured;
    if (noRollback && input.policy.requireBaseline) return { said: 'failed', failure: noRollback };
    baseline = captured.baseline;
    plan = { forward: from.forward(baseline), back: noRollback ? [] : from.back(baseline) };
    const [forward, back] = [plan.forward, plan.back].map((steps) =>
      steps.map(({ id, title }) => ({ id, title })),
    );
    findings = {
      baseline: sealedBaseline(deps.secrets.seal, ledger.id, baseline),
      progress: {
        forward: forward ?? [],
        back: back ?? [],
        baseline: summary,
        ...(noRollback && { noRollback }),
        ...(Object.keys(digests).length > 0 && { digests }),
        ...(groups && { groups: groups.map((name) => ({ name })) }),
        ...(from.settle && { settles: true }),
      },
      entries: [
        entry('baseline.captured', { summary, rollback: noRollback ? noRollback.detail : 'possible' }),
        entry('plan.made', { steps: plan.forward.map(({ title }) => title).join(' → ') }),
      ],
    };
    return { kind: 'captured' };
  }

  async function stage(from: Session<unknown>, name: Stage, signal: AbortSignal): Promise<Outcome> {
    const turn = createTurn(run, { kind: 'stage', stage: name }, signal);
    if (name === 'settle') return from.settle ? from.settle(turn, baseline) : done;
    const now = run.heartbeat.now() / deps.tempo;
    if (name === 'checks') {
      const elapsedMs = now - ledger.progress.since / deps.tempo;
      if (!checks) throw new Error('The checks are made when the session is opened');
      return checks({ base: await from.endpoint?.(turn, baseline), elapsedMs, signal });
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
    looked: false,

    async prepare() {
      const problem = session ? undefined : await open();
      if (problem) return problem;
      const piece = pieceOf(ledger.state, plan.forward, plan.back);
      if (!piece) throw new Error(`There is no piece of work for state ${ledger.state.name}`);
      return { said: 'ready', piece };
    },

    async perform(piece, leftMs) {
      return inSpan(keyOf(piece), {}, () =>
        limitedCall(run.abandon, leftMs * deps.tempo, (signal): Promise<Outcome | News> => {
          switch (piece.kind) {
            case 'capture':
              return capture(opened(), signal);
            case 'step':
              return piece.step.run(createTurn(run, piece, signal));
            case 'stage':
              return stage(opened(), piece.stage, signal);
          }
        }),
      );
    },

    async evidence(withinMs) {
      if (!session || baseline === undefined) return undefined;
      const from = session;
      return limitedCall(run.abandon, withinMs, (signal) =>
        from.evidence(createTurn(run, undefined, signal), baseline),
      );
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
      try {
        await session?.close?.();
      } finally {
        await secrets.close(isEnded(ledger.state) ? 'revoke' : 'leave');
      }
    },
  };
}

function unready(why: Exclude<Reading<unknown>, { said: 'found' }>, lacks: 'secrets' | 'images'): Unready {
  return why.said === 'wait' ? { ...why, lacks } : why;
}

function refused(why: Failure): Unready {
  return { said: 'failed', failure: why };
}
