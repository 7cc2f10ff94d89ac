import type { Redis } from 'ioredis';
import { failure } from '../domain/failures.js';
import { targetName } from '../domain/ids.js';
import type { Operation, OperationState, OperationWish } from '../domain/operations.js';
import { keysOf } from './keys.js';
import { EXPIRED, readOperation, type OperationEnding } from './operations.js';
import { pairs } from './records.js';
import { script } from './scripts.js';
import { END_OPERATION, KEEP_OPERATION, LEAVE_OPERATION, TAKE_OPERATION } from './scripts/operation.js';

/** Workers that one operation may lose before it is given up. */
const MOST_ATTEMPTS = 3;
/** Targets that one look goes through. */
const MOST_TARGETS = 100;

/** An operation in the hands of one worker. */
export interface TakenOperation {
  readonly operation: Operation;
  readonly wish: OperationWish;
  readonly owner: string;
  /** How many workers have taken it, this one included. */
  readonly attempt: number;
  /** What an earlier look stored right before it wrote; undefined when nothing was written. */
  readonly intent: string | undefined;
  /** Milliseconds since it began, by the clock of Redis, at the moment of taking. */
  readonly ageMs: number;
}

/** `fenced`: another worker has it by now, and nothing was stored. */
export type Kept = 'ok' | 'fenced';

const take = script<string[]>(TAKE_OPERATION);
const keep = script<[Kept]>(KEEP_OPERATION);
const end = script<[Kept]>(END_OPERATION);
const leave = script<[Kept]>(LEAVE_OPERATION);

/** The worker's side of operations: the right to carry one out, for as long as it is renewed. */
export function createOperationLeases(redis: Redis, namespace: string, leaseMs: number) {
  const { root } = keysOf(namespace);
  const proof = ({ operation: { id, service, environment }, owner }: TakenOperation) => [
    id,
    targetName(service, environment),
    owner,
  ];

  return {
    leaseMs,

    /** One that may begin now, or whose worker fell silent. `owner` is new for every call. */
    async take(owner: string): Promise<TakenOperation | undefined> {
      const [said, id = '', now, ...flat] = await take(redis, root, [
        owner,
        leaseMs,
        MOST_ATTEMPTS,
        JSON.stringify({ failure: LOST }),
        EXPIRED,
        MOST_TARGETS,
      ]);
      if (said !== 'taken') return undefined;
      const fields = pairs(flat);
      const operation = readOperation(id, fields);
      return {
        operation,
        wish: JSON.parse(fields['wish'] ?? '') as OperationWish,
        owner,
        attempt: Number(fields['attempts']),
        intent: fields['intent'],
        ageMs: Number(now) - (operation.startedAt ?? Number(now)),
      };
    },

    async renew(taken: TakenOperation): Promise<Kept> {
      const [said] = await keep(redis, root, [...proof(taken), leaseMs]);
      return said;
    },

    /** Stores what it is about to do, and proves that it still may. */
    async intend(taken: TakenOperation, intent: string): Promise<Kept> {
      const [said] = await keep(redis, root, [...proof(taken), leaseMs, 'intent', intent]);
      return said;
    },

    /** Stores what it waits for, for people. */
    async explain(taken: TakenOperation, because: string): Promise<Kept> {
      const [said] = await keep(redis, root, [...proof(taken), leaseMs, 'because', because]);
      return said;
    },

    async end(taken: TakenOperation, ending: OperationEnding): Promise<Kept> {
      const state: OperationState = 'done' in ending ? 'succeeded' : 'failed';
      const [said] = await end(redis, root, [...proof(taken), state, JSON.stringify(ending)]);
      return said;
    },

    /** Leaves it to another worker, which goes on where this one was. */
    async leave(taken: TakenOperation): Promise<void> {
      await leave(redis, root, proof(taken));
    },
  };
}

export type OperationLeases = ReturnType<typeof createOperationLeases>;

const LOST = failure(
  'operation.workers-lost',
  `${MOST_ATTEMPTS} workers fell silent over it; whether something was done is not known`,
);
