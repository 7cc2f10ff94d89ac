import type { Redis } from 'ioredis';
import { failure, type Failure } from '../domain/failures.js';
import { targetName } from '../domain/ids.js';
import type { Asker, Operation, OperationKind, OperationState, OperationWish } from '../domain/operations.js';
import { createIdempotency, type Earlier, type Idempotency } from './idempotency.js';
import { keysOf } from './keys.js';
import { pairs, type Fields } from './records.js';
import { createRoom } from './room.js';
import { script } from './scripts.js';
import { CANCEL_OPERATION, LIST_OPERATIONS, NOTE_OPERATION, QUEUE_OPERATION } from './scripts/operation.js';

/** Operations of one target that are remembered, and that may wait. */
const MOST_KEPT = 500;
const MOST_WAITING = 20;

interface Place {
  readonly service: string;
  readonly environment: string;
}

/** An operation to line up. */
export interface NewOperation extends Place {
  readonly id: string;
  readonly wish: OperationWish;
  readonly subject?: string | undefined;
  readonly asker: Asker;
  readonly reason: string;
  /** Milliseconds after which it is not begun any more. */
  readonly patienceMs: number;
  readonly idempotency?: Idempotency | undefined;
}

export type Queued =
  | { readonly said: 'queued'; readonly operation: Operation }
  | Earlier
  | { readonly said: 'full' | 'no-room' };

/** How an operation ended: what was done, or why it was not. */
export type OperationEnding = { readonly done: readonly string[] } | { readonly failure: Failure };

/** The ending, as JSON, of an operation that was not begun in time. */
export const EXPIRED = JSON.stringify({
  failure: failure('operation.expired', 'Its time ran out before it could begin'),
});

const queue = script<string[]>(QUEUE_OPERATION);
const note = script<string[]>(NOTE_OPERATION);
const cancel = script<string[]>(CANCEL_OPERATION);
const list = script<string[][]>(LIST_OPERATIONS);

/** What is to be done to targets beside deployments, and what was. Every call is one atomic step. */
export function createOperations(redis: Redis, namespace: string) {
  const keys = keysOf(namespace);
  const hasRoom = createRoom(redis);
  const idempotencyKeys = createIdempotency(redis, namespace, 'operation');

  return {
    async queue(operation: NewOperation): Promise<Queued> {
      const { id, service, environment, wish, subject, asker, reason, patienceMs, idempotency } = operation;
      if (!(await hasRoom())) return { said: 'no-room' };
      const [said = '', answer = ''] = await queue(redis, keys.root, [
        id,
        targetName(service, environment),
        wish.kind,
        JSON.stringify(wish),
        JSON.stringify(asker),
        reason,
        subject ?? '',
        patienceMs,
        ...idempotencyKeys.arguments(idempotency),
        MOST_WAITING,
        MOST_KEPT,
      ]);
      if (said === 'full') return { said };
      if (said !== 'queued') return { said: said as 'replay' | 'conflict', id: answer };
      const queuedAt = Number(answer);
      const expiresAt = queuedAt + patienceMs;
      const about = { id, service, environment, kind: wish.kind, asker, reason, queuedAt, expiresAt };
      return { said, operation: { ...about, ...(subject && { subject }), state: 'queued' } };
    },

    /** Writes down something that was done, or not, while somebody waited for it, and that held nothing up. */
    async note(
      operation: Place & Pick<Operation, 'id' | 'kind' | 'asker' | 'reason'> & { readonly startedAt: number },
      ending: OperationEnding,
    ): Promise<void> {
      const { id, service, environment, kind, asker, reason, startedAt } = operation;
      const target = targetName(service, environment);
      const state: OperationState = 'done' in ending ? 'succeeded' : 'failed';
      const about = [id, target, kind, JSON.stringify(asker), reason, startedAt, state];
      await note(redis, keys.root, [...about, JSON.stringify(ending), MOST_KEPT]);
    },

    async load(id: string): Promise<Operation | undefined> {
      const fields = await redis.hgetall(keys.operation(id));
      return fields['target'] === undefined ? undefined : readOperation(id, fields);
    },

    /** Newest first. */
    async list({ service, environment }: Place, most: number): Promise<readonly Operation[]> {
      const found = await list(redis, keys.root, [targetName(service, environment), most]);
      return found.map(pairs).map((fields) => readOperation(fields['id'] ?? '', fields));
    },

    /** Ends one that has not begun; `begun` with its state otherwise. */
    async cancel(
      { service, environment }: Place,
      id: string,
      by: string,
    ): Promise<'gone' | 'cancelled' | { readonly begun: string }> {
      const ending = { failure: failure('operation.cancelled', `${by} cancelled it before it began`) };
      const args = [id, targetName(service, environment), JSON.stringify(ending)];
      const [said, state = ''] = await cancel(redis, keys.root, args);
      return said === 'begun' ? { begun: state } : said === 'gone' ? 'gone' : 'cancelled';
    },
  };
}

export type Operations = ReturnType<typeof createOperations>;

/** Reads a record back. Throws on one that this version of Beanpod cannot read. */
export function readOperation(id: string, fields: Fields): Operation {
  const need = (name: string) => {
    const value = fields[name];
    if (value === undefined) throw new Error(`The record of operation ${id} has no ${name}`);
    return value;
  };
  const [service = '', environment = ''] = need('target').split('/');
  const ending = fields['ending'] === undefined ? {} : (JSON.parse(fields['ending']) as OperationEnding);
  return {
    id,
    service,
    environment,
    kind: need('kind') as OperationKind,
    ...(fields['subject'] && { subject: fields['subject'] }),
    asker: JSON.parse(need('asker')) as Asker,
    reason: need('reason'),
    state: need('state') as OperationState,
    queuedAt: Number(need('queuedAt')),
    expiresAt: Number(need('expiresAt')),
    ...(fields['startedAt'] && { startedAt: Number(fields['startedAt']) }),
    ...(fields['endedAt'] && { endedAt: Number(fields['endedAt']) }),
    ...(fields['because'] && { because: fields['because'] }),
    ...ending,
  };
}
