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
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    try {
      for (const offer of await deployments.sweep()) dispatcher.offer(offer);
    } catch (error) {
      onError(error);
    }
    if (!closed) schedule();
  }

  function schedule(): void {
    timer = setTimeout(
      () => {
        looking = look();
      },
      PERIOD_MS / 2 + (Math.random() * PERIOD_MS) / 2,
    );
  }

  schedule();
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await looking;
    },
  };
}
