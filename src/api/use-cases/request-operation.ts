import { hasEnded, subjectOf, type Operation, type OperationWish } from '../../shared/domain/operations.js';
import { newId } from '../../shared/new-id.js';
import type { Bell } from '../../shared/store/bell.js';
import type { Configuration } from '../../shared/store/configuration.js';
import type { Operations } from '../../shared/store/operations.js';
import { idempotencyOf, keyIsTaken } from '../idempotency.js';
import { presentOperation } from '../present-operation.js';
import { Refusal } from '../refusal.js';
import type { Caller } from '../access/caller.js';
import { findTarget } from './judge-request.js';

/** Between two looks of whoever waits, in milliseconds; every change rings besides. */
const LOOK_MS = 2_000;

export interface OperationDeps {
  readonly configuration: Pick<Configuration, 'current' | 'refresh'>;
  readonly operations: Pick<Operations, 'queue' | 'load'>;
  readonly bell: Pick<Bell, 'next'>;
}

interface Place {
  readonly service: string;
  readonly environment: string;
}

/** What was asked for, and how. */
export interface AskedOperation {
  readonly wish: OperationWish;
  readonly reason: string;
  readonly expiresInSeconds?: number;
}

const PATIENCE_SECONDS = 900;

/** Lines an operation up, durably. The same key and wish answer the same operation. Throws a Refusal; nothing is stored then. */
export async function requestOperation(
  { configuration, operations }: OperationDeps,
  { service, environment }: Place,
  asked: AskedOperation,
  caller: Caller,
  idempotencyKey: string | undefined,
): Promise<{ readonly operation: Operation; readonly replayed: boolean }> {
  await findTarget(configuration, service, environment);
  const { wish, reason, expiresInSeconds = PATIENCE_SECONDS } = asked;
  const said = await operations.queue({
    id: newId(),
    service,
    environment,
    wish,
    subject: subjectOf(wish),
    asker: { id: caller.id, name: caller.name, owner: caller.owner, by: caller.by },
    reason,
    patienceMs: expiresInSeconds * 1_000,
    idempotency: idempotencyOf({ service, environment, ...asked }, caller, idempotencyKey),
  });
  switch (said.said) {
    case 'queued':
      return { operation: said.operation, replayed: false };
    case 'replay':
      return { operation: await known(operations, said.id), replayed: true };
    case 'conflict':
      throw keyIsTaken('operation', said.id);
    case 'full':
      throw new Refusal('target.full', `20 operations already wait for ${service}/${environment}`);
    case 'no-room':
      throw new Refusal('store.full', 'Redis uses more than 85 % of the memory that it may use');
  }
}

/** The operation once it has ended, or as it is when the time is over or the caller is gone. */
export async function awaitOperation(
  { operations, bell }: Pick<OperationDeps, 'operations' | 'bell'>,
  id: string,
  withinMs: number,
  signal: AbortSignal,
): Promise<Operation | undefined> {
  const until = performance.now() + withinMs;
  for (;;) {
    // Listening begins before the look, so that no change falls between them.
    const over = new AbortController();
    const left = until - performance.now();
    const rung = bell.next(id, Math.max(0, Math.min(LOOK_MS, left)), AbortSignal.any([signal, over.signal]));
    try {
      const operation = await operations.load(id);
      if (!operation || hasEnded(operation.state) || left <= 0 || signal.aborted) return operation;
      await rung;
    } finally {
      over.abort();
    }
  }
}

/** Throws the Refusal that stands for an end other than success. */
export function refuseUnless(operation: Operation): void {
  const { id, state, failure } = operation;
  const members = { operation: presentOperation(operation), ...(failure && { failure }) };
  if (state === 'failed' && failure)
    throw new Refusal('live.failed', `${failure.title}: ${failure.detail}. ${failure.hint}`, { members });
  if (state === 'expired' || state === 'cancelled')
    throw new Refusal('operation.undone', `Operation ${id} is ${state}: ${failure?.detail ?? state}`, {
      members,
    });
}

async function known(operations: Pick<Operations, 'load'>, id: string): Promise<Operation> {
  const operation = await operations.load(id);
  if (operation) return operation;
  throw new Refusal('operation.unknown', `Operation ${id} is no longer there`);
}
