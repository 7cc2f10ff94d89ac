import { isLeave } from './heartbeat.js';

/** After the time of a call is up, how long it may take to end before it counts as hung; in milliseconds. */
const HANG_MS = 5_000;

/** The same when the process leaves: the hand-over must not wait, and the call dies with the process. */
const LEAVING_MS = 500;

/** Longest delay of a timer of Node, in milliseconds: 24 days. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Makes a call of a provider whose signal aborts after `withinMs`, or with `abandon`. Throws when the call does not end
 * soon after that, since code that ignores its signal must not hold a run for ever. Leaves no timer and no listener
 * behind: a run makes thousands of calls, and `AbortSignal.timeout` would keep each of them until its time is up.
 */
export async function limitedCall<T>(
  abandon: AbortSignal,
  withinMs: number,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  let giveUp: (error: Error) => void;
  const hung = new Promise<never>((_, reject) => (giveUp = reject));
  let late: NodeJS.Timeout | undefined;

  function end(reason: unknown, patienceMs: number): void {
    over.abort(reason);
    clearTimeout(late);
    late = setTimeout(
      () => giveUp(new Error('The provider did not answer within the time of its call')),
      patienceMs,
    );
  }

  const leave = () => end(abandon.reason, isLeave(abandon.reason) ? LEAVING_MS : HANG_MS);
  const timer = setTimeout(
    () => end(new DOMException('The time of the call is up', 'TimeoutError'), HANG_MS),
    Math.min(Math.ceil(withinMs), LONGEST_MS),
  );
  abandon.addEventListener('abort', leave);
  if (abandon.aborted) leave();
  try {
    return await Promise.race([call(over.signal), hung]);
  } finally {
    clearTimeout(timer);
    clearTimeout(late);
    abandon.removeEventListener('abort', leave);
  }
}
