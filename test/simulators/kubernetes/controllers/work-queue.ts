import type { Cluster } from '../cluster.js';

/** Keys that wait to be reconciled; a key that is added twice is reconciled once. */
export interface WorkQueue {
  add(key: string): void;
  /** Adds a key after simulated milliseconds. */
  addAfter(key: string, ms: number): void;
}

/** How many keys one turn of the event loop takes, so that requests are answered in between. */
const BATCH = 20;
/** A reconciliation that threw is repeated after this long. */
const RETRY_MS = 1000;

/** A queue that calls `reconcile` in later turns of the event loop, never inside the write that caused it. */
export function createWorkQueue(cluster: Cluster, reconcile: (key: string) => void): WorkQueue {
  const waiting = new Set<string>();
  let scheduled = false;

  function run(): void {
    scheduled = false;
    let taken = 0;
    for (const key of waiting) {
      if (taken++ === BATCH) break;
      waiting.delete(key);
      attempt(key);
    }
    if (waiting.size > 0) schedule();
  }

  function attempt(key: string): void {
    try {
      reconcile(key);
    } catch {
      // Conflicts with a client and refusals by admission are ordinary; the next attempt reads again.
      queue.addAfter(key, RETRY_MS);
    }
  }

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    setImmediate(run);
  }

  const queue: WorkQueue = {
    add(key) {
      waiting.add(key);
      schedule();
    },
    addAfter(key, ms) {
      cluster.clock.after(ms, () => queue.add(key));
    },
  };
  return queue;
}
