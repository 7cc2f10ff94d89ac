import type { Cluster } from '../cluster.js';

/** Keys that wait to be reconciled; a key that is added twice is reconciled once. */
export interface WorkQueue {
  add(key: string): void;
  /** Adds a key after simulated milliseconds. */
  addAfter(key: string, ms: number): void;
  /** Adds a key again after a pause that doubles with every call, from 1 s to 5 minutes. */
  retry(key: string): void;
  /** Ends the doubling: the next retry of the key comes soon again. */
  forget(key: string): void;
}

/** How many keys one turn of the event loop takes, so that requests are answered in between. */
const BATCH = 20;
const RETRY_MS = { first: 1000, most: 300_000 };

/** A queue that calls `reconcile` in later turns of the event loop, never inside the write that caused it. */
export function createWorkQueue(cluster: Cluster, reconcile: (key: string) => void): WorkQueue {
  const waiting = new Set<string>();
  const retries = new Map<string, number>();
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
      queue.retry(key);
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
    retry(key) {
      const times = retries.get(key) ?? 0;
      retries.set(key, times + 1);
      queue.addAfter(key, Math.min(RETRY_MS.first * 2 ** times, RETRY_MS.most));
    },
    forget(key) {
      retries.delete(key);
    },
  };
  return queue;
}
