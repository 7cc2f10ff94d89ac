import type { Operation } from '../shared/domain/operations.js';
import type { Bell } from '../shared/store/bell.js';
import type { Operations } from '../shared/store/operations.js';
import { presentOperation } from './present-operation.js';

/** An operation that has changed, and the event that tells of it, made once for all who hear of it. */
export interface OperationChange {
  readonly operation: Operation;
  readonly event: string;
}

type Watcher = (change: OperationChange) => void;

interface ChangesDeps {
  readonly operations: Pick<Operations, 'load'>;
  readonly bell: Pick<Bell, 'onEveryOperation'>;
  onError(error: unknown): void;
}

/**
 * Tells any number of watchers of every operation that changes, with one look into the store for all of them. What may
 * have been missed is told by the changes of deployments, which are missed at the same time.
 */
export function createOperationChanges({ operations, bell, onError }: ChangesDeps) {
  const watchers = new Set<Watcher>();
  let off: (() => void) | undefined;

  async function hear(id: string | undefined): Promise<void> {
    const operation = id === undefined ? undefined : await operations.load(id);
    if (!operation) return;
    const event = `event: operation\ndata: ${JSON.stringify(presentOperation(operation))}\n\n`;
    for (const watcher of watchers) watcher({ operation, event });
  }

  return {
    /** Answers how to stop. */
    watch(watcher: Watcher): () => void {
      watchers.add(watcher);
      off ??= bell.onEveryOperation((id) => void hear(id).catch(onError));
      return () => {
        watchers.delete(watcher);
        if (watchers.size > 0) return;
        off?.();
        off = undefined;
      };
    },
  };
}

/** Tells of every operation that changes; see `createOperationChanges`. */
export type OperationChanges = ReturnType<typeof createOperationChanges>;
