import { setTimeout as sleep } from 'node:timers/promises';

/** Joins the next read; everybody who joins before it begins gets the same answer. */
export type SharedRead<T> = (signal: AbortSignal) => Promise<T>;

interface Round<T> {
  readonly answer: Promise<T>;
  readonly controller: AbortController;
  waiting: number;
}

/**
 * Runs `read` for many callers at once, one read at a time. An answer always comes from a read that began after
 * the call. A read is given up only when all who wait for it have been aborted. `gatherMs` says for how long a read
 * waits for others to join before it begins.
 */
export function createSharedRead<T>(
  read: (signal: AbortSignal) => Promise<T>,
  gatherMs: () => number = () => 0,
): SharedRead<T> {
  let last: Promise<unknown> = Promise.resolve();
  let next: Round<T> | undefined;

  function begin(): Round<T> {
    const controller = new AbortController();
    const answer = last.then(async () => {
      const ms = gatherMs();
      if (ms > 0) await sleep(ms);
      next = undefined;
      return await read(controller.signal);
    });
    // The callers see a failed read; for the queue of reads it only means that the next one may begin.
    last = answer.then(nothing, nothing);
    return { answer, controller, waiting: 0 };
  }

  return async (signal) => {
    signal.throwIfAborted();
    next ??= begin();
    return await join(next, signal);
  };
}

function join<T>(round: Round<T>, signal: AbortSignal): Promise<T> {
  round.waiting++;
  return new Promise<T>((resolve, reject) => {
    function leave(): void {
      round.waiting--;
      if (round.waiting === 0) round.controller.abort(signal.reason);
      reject(signal.reason instanceof Error ? signal.reason : new Error('The read was aborted'));
    }
    signal.addEventListener('abort', leave, { once: true });
    round.answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}

function nothing(): void {}
