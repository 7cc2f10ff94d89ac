import type { Redis } from 'ioredis';
import type { OperationView } from '../contract/live-operation.js';
import { targetName } from '../domain/ids.js';
import { keysOf } from './keys.js';
import { script } from './scripts.js';
import { BEGIN_OPERATION, END_OPERATION } from './scripts/operation.js';

/** Operations of one target that are remembered. */
const MOST_KEPT = 500;
/** Longer than any operation takes. */
const LOCK_MS = 90_000;

interface Place {
  readonly service: string;
  readonly environment: string;
}

/** Why an operation may not begin: the deployment that holds the target, or another operation. */
export type Begun =
  { readonly said: 'begun' } | { readonly said: 'deploying' | 'operating'; readonly id: string };

const begin = script<['begun'] | ['deploying' | 'operating', string]>(BEGIN_OPERATION);

const end = script<'ended'>(END_OPERATION);

/** What was done to targets beside deployments. One at a time, and none while a deployment holds the target. */
export function createOperations(redis: Redis, namespace: string) {
  const keys = keysOf(namespace);
  const keyOf = ({ service, environment }: Place) => keys.operations(targetName(service, environment));

  return {
    /** Writes down that an operation begins, before it does anything. */
    async begin({ service, environment }: Place, operation: OperationView): Promise<Begun> {
      const { id } = operation;
      const args = [targetName(service, environment), id, JSON.stringify(operation), LOCK_MS, MOST_KEPT];
      const [said, by = ''] = await begin(redis, keys.root, args);
      return said === 'begun' ? { said } : { said, id: by };
    },

    /** Writes down how it ended, and lets the next one begin. */
    async end({ service, environment }: Place, operation: OperationView): Promise<void> {
      await end(redis, keys.root, [
        targetName(service, environment),
        operation.id,
        JSON.stringify(operation),
      ]);
    },

    /** Newest first. */
    async list(place: Place): Promise<readonly OperationView[]> {
      const stored = await redis.hvals(keyOf(place));
      return stored
        .map((text) => JSON.parse(text) as OperationView)
        .sort((one, other) => (one.id < other.id ? 1 : -1));
    },
  };
}

export type Operations = ReturnType<typeof createOperations>;
