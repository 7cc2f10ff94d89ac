import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_MS = 250;
const MOST_MS = 5_000;

/** Milliseconds to wait before try `tries + 1`: doubling, up to a quarter less by chance so that clients do not march in step. */
export function retryDelay(tries: number): number {
  return Math.min(FIRST_MS * 2 ** Math.min(tries, 10), MOST_MS) * (1 - Math.random() / 4);
}

/** Waits; throws the signal's reason when it aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
