import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveAnswer, Operated, OperationTurn } from '../../providers/live-operations.js';
import { failure } from '../../shared/domain/failures.js';
import { targetName } from '../../shared/domain/ids.js';
import { OPERATIONS } from '../../shared/domain/operations.js';
import type { Logger } from '../../shared/log/logger.js';
import type { Configuration } from '../../shared/store/configuration.js';
import type { OperationLeases, TakenOperation } from '../../shared/store/operation-leases.js';
import type { OperationEnding } from '../../shared/store/operations.js';
import { withLive, type WithLiveDeps } from '../with-live.js';
import { perform } from './perform.js';
import { whyNotAllowed, type StandingDeps } from './still-allowed.js';

/** Longest time for one look, in milliseconds. */
const LOOK_MS = 55_000;
/** Looks that may throw what nobody knows. */
const MOST_CRASHES = 3;
const CRASH_PAUSE_MS = 1_000;

export interface CarryOutDeps extends WithLiveDeps, StandingDeps {
  readonly leases: Pick<OperationLeases, 'intend' | 'explain'>;
  readonly configuration: Pick<Configuration, 'refresh'>;
  readonly logger: Logger;
  /** Factor on every wait and deadline; below 1 only for simulators. */
  readonly tempo: number;
  redact(line: string): string;
}

/** Somebody else has the operation by now: this worker stores nothing more about it. */
export class OperationLost extends Error {
  override readonly name = 'OperationLost';
}

/**
 * Looks at an operation until it has an end: what may pass by itself is looked at again, for as long as its kind may take.
 * Rejects when the signal aborts, and with OperationLost when another worker has it.
 */
export async function carryOut(
  deps: CarryOutDeps,
  taken: TakenOperation,
  signal: AbortSignal,
): Promise<OperationEnding> {
  const { operation } = taken;
  const until = performance.now() + OPERATIONS[operation.kind].withinMs * deps.tempo - taken.ageMs;
  let { intent } = taken;
  let crashes = 0;
  const proven = async (write: Promise<'ok' | 'fenced'>) => {
    if ((await write) === 'fenced') throw new OperationLost('Another worker has the operation');
  };
  const intend = async (note: string) => {
    await proven(deps.leases.intend(taken, note));
    intent = note;
  };

  // What has been begun is brought to its end whoever may ask for it now.
  const denied = intent === undefined ? await whyNotAllowed(deps, operation) : undefined;
  if (denied !== undefined) return { failure: failure('operation.denied', denied) };
  for (;;) {
    const answer = await look(deps, taken, { intent, intend, signal }).catch((error: unknown) => {
      if (signal.aborted || error instanceof OperationLost) throw error;
      crashes += 1;
      return crashed(deps, taken, error);
    });
    const ending = endingOf(deps, answer);
    if (ending) return ending;
    if (answer.said !== 'wait') throw new Error('An operation neither ended nor waits');
    if (crashes >= MOST_CRASHES)
      return { failure: failure('internal.step-crashed', deps.redact(answer.because)) };
    const forMs = Math.max(1, answer.forMs * deps.tempo);
    if (performance.now() + forMs > until) return { failure: unfinished(deps, taken, answer.because) };
    await proven(deps.leases.explain(taken, deps.redact(answer.because)));
    await sleep(forMs, undefined, { signal });
  }
}

interface Looking {
  readonly intent: string | undefined;
  readonly signal: AbortSignal;
  intend(note: string): Promise<void>;
}

type Looked = LiveAnswer<Operated> | { readonly said: 'unsupported' };

async function look(
  deps: CarryOutDeps,
  { operation, wish }: TakenOperation,
  { intent, intend, signal }: Looking,
): Promise<Looked> {
  const { service, environment } = operation;
  const target = (await deps.configuration.refresh()).targets.get(targetName(service, environment));
  if (!target) {
    const detail = `${service}/${environment} was removed after the operation had been asked for`;
    return { said: 'failed', failure: failure('operation.target-gone', detail) };
  }
  const limit = AbortSignal.timeout(LOOK_MS);
  const within = AbortSignal.any([signal, limit]);
  const turn: OperationTurn = {
    service,
    environment,
    signal: within,
    operation: operation.id,
    how: 'carry-out',
    askedAt: operation.queuedAt,
    intent,
    intend,
  };
  const subject = { service, environment, provider: target.provider, spec: target.spec };
  try {
    const answer = await withLive(
      deps,
      subject,
      within,
      async (live) => (await perform(live, turn, wish)) ?? { said: 'unsupported' as const },
    );
    // A secret that cannot be read now has no time of its own.
    return answer.said === 'wait' ? { forMs: CRASH_PAUSE_MS, ...answer } : answer;
  } catch (error) {
    if (limit.aborted && !signal.aborted)
      return { said: 'wait', forMs: CRASH_PAUSE_MS, because: 'The platform did not answer in time' };
    throw error;
  }
}

function endingOf({ redact }: CarryOutDeps, answer: Looked): OperationEnding | undefined {
  switch (answer.said) {
    case 'done':
      return { done: answer.value.map(redact) };
    case 'failed':
      return { failure: { ...answer.failure, detail: redact(answer.failure.detail) } };
    case 'unsupported':
      return { failure: failure('operation.unsupported', 'The provider of the target has no such ability') };
    case 'wait':
      return undefined;
  }
}

function unfinished({ redact }: CarryOutDeps, { operation }: TakenOperation, because: string) {
  const seconds = OPERATIONS[operation.kind].withinMs / 1_000;
  return failure('operation.unfinished', `After ${seconds} seconds it still waited: ${redact(because)}`);
}

function crashed({ logger, redact }: CarryOutDeps, { operation }: TakenOperation, error: unknown): Looked {
  const said = redact(error instanceof Error ? (error.stack ?? error.message) : String(error));
  logger.error('a look at an operation failed', { operation: operation.id, error: said });
  const because = redact(error instanceof Error ? error.message : String(error));
  return { said: 'wait', forMs: CRASH_PAUSE_MS, because };
}
