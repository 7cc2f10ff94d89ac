import { keepLooking } from '../keep-looking.js';
import type { Deployments } from '../store/deployments.js';
import type { Dispatcher } from './dispatcher.js';

/** Longest time between two looks, in milliseconds. */
const PERIOD_MS = 1_000;

/**
 * Looks once a second for deployments that nobody works on and offers them again. Runs in every process, so that
 * any one of them suffices. `onError` is told of failed looks; the next one follows all the same.
 */
export function startSweeper(
  deployments: Pick<Deployments, 'sweep'>,
  dispatcher: Pick<Dispatcher, 'offer'>,
  onError: (error: unknown) => void,
): { close(): Promise<void> } {
  return keepLooking({
    async look() {
      for (const offer of await deployments.sweep()) dispatcher.offer(offer);
    },
    pauseMs: () => PERIOD_MS / 2 + (Math.random() * PERIOD_MS) / 2,
    onError,
  });
}
