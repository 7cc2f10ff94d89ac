import type { Deployment } from '../shared/domain/deployment.js';
import { isEnded, type StateName } from '../shared/domain/state.js';
import { inSpan } from '../shared/tracing/spans.js';
import type { Claim } from '../shared/store/lease.js';
import { drive } from './drive.js';
import type { Drive, RunDeps } from './run-deps.js';
import { isLeave, startHeartbeat, type StopReason } from './heartbeat.js';
import { createLedger } from './ledger.js';
import { MOST_ATTEMPTS, stagesOf } from './patience.js';
import { createScribe, LeaseLost } from './scribe.js';
import { hiddenScribe } from './secrets/hidden.js';

/** How long a call in flight may take to end by itself when the process shuts down, in milliseconds. */
const GRACE_MS = 2_000;

/** One worker's work on one deployment, from the claim to the end or to the hand-over. */
export interface Run {
  /** Stops at the next safe point. Whoever leaves hands over; anything else walks away without writing. */
  stop(reason: StopReason): void;
  /** Never rejects. */
  readonly ended: Promise<void>;
}

export function startRun(deps: RunDeps, claim: Extract<Claim, { said: 'ok' }>): Run {
  const { lease } = claim;
  const halt = new AbortController();
  const abandon = new AbortController();
  const wake = new EventTarget();
  const logger = deps.logger.child({ deploymentId: lease.id, target: lease.target, epoch: lease.epoch });

  function stop(reason: StopReason): void {
    if (halt.signal.aborted && isLeave(reason)) return;
    logger.info('run stops', { reason });
    halt.abort(reason);
    if (isLeave(reason)) setTimeout(() => abandon.abort(reason), GRACE_MS).unref();
    else abandon.abort(reason);
  }

  async function work(): Promise<void> {
    const deployment = await deps.load(lease.id);
    if (!deployment || isEnded(deployment.state)) return;
    const { service, environment, version, trace } = deployment.request;
    const attributes = { deployment: lease.id, service, environment, version, attempt: claim.attempt };
    await inSpan('deployment', { parent: trace, kind: 'consumer', attributes }, () => carry(deployment));
  }

  async function carry(deployment: Deployment): Promise<void> {
    const { input, baseline } = await deps.leases.work(lease.id);
    const scribe = hiddenScribe(
      createScribe({
        leases: deps.leases,
        lease,
        signal: abandon.signal,
        onFenced: () => stop('fenced'),
      }),
      deps.secrets.redactor,
    );
    const heartbeat = startHeartbeat({
      leases: deps.leases,
      lease,
      claimedAt: claim.now,
      onStop: stop,
      onCancel: (wish) => {
        ledger.wish(wish);
        wake.dispatchEvent(new Event('wake'));
      },
    });
    const ledger = createLedger({
      deployment,
      stages: stagesOf(input.verify),
      rollback: input.policy.rollback ?? 'auto',
      scribe,
      now: heartbeat.now,
      offer: deps.offer,
      left: (state, ms) => tellPhase(deps, deployment, state, ms),
    });
    if (deployment.startedAt === claim.now)
      tellPhase(deps, deployment, 'queued', claim.now - deployment.acceptedAt);
    const off = deps.bell.on(
      lease.id,
      (ring) => ring === 'cancel' && void heartbeat.beat().catch(() => undefined),
    );
    try {
      await driveUntilHalt({
        deps,
        ledger,
        heartbeat,
        input,
        baseline,
        epoch: Number(lease.epoch),
        poisoned: claim.attempt > MOST_ATTEMPTS,
        halt: halt.signal,
        abandon: abandon.signal,
        wake,
        logger,
      });
      if (!isEnded(ledger.state) && isLeave(halt.signal.reason)) await handOver(scribe.flush);
    } finally {
      off();
      heartbeat.stop();
    }
  }

  async function handOver(flush: () => Promise<void>): Promise<void> {
    await flush();
    // A deployment that brings down its workers by errors must come to an end like one that kills them.
    const offer = await deps.leases.handOver(lease, halt.signal.reason === 'crash');
    if (offer) deps.offer(offer);
  }

  const ended = work().catch((error: unknown) => {
    if (error instanceof LeaseLost || abandon.signal.aborted) return;
    // The lease runs out by itself and another worker takes over; the error is a defect of ours.
    logger.error('run crashed', {
      error: String(error),
      stack: error instanceof Error ? error.stack : undefined,
    });
  });
  return { stop, ended };
}

const PHASES = {
  queued: 'waiting',
  preparing: 'preparing',
  deploying: 'deploying',
  verifying: 'verifying',
  rolling_back: 'rolling_back',
} as const;

function tellPhase({ passed }: RunDeps, { request }: Deployment, state: StateName, ms: number): void {
  if (!(state in PHASES)) return;
  passed?.({
    phase: PHASES[state as keyof typeof PHASES],
    provider: request.provider,
    seconds: Math.max(0, ms) / 1_000,
  });
}

/** A call that was cut by a shutdown is no defect: the next owner looks what became of it. */
async function driveUntilHalt(run: Drive): Promise<void> {
  try {
    await drive(run);
  } catch (error) {
    if (!isLeave(run.halt.reason) || error instanceof LeaseLost) throw error;
  }
}
