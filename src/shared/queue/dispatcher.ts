import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Offer } from '../store/offers.js';
import { DEPLOY_QUEUE, JOB_OPTIONS } from './names.js';

/**
 * Wakes workers. A job is only a wake-up call: losing, doubling or reordering offers is harmless, since the sweeper
 * repeats them and a claim decides. Therefore `offer` never fails and never waits.
 */
export function createDispatcher(redis: Redis, prefix: string) {
  const queue = new Queue(DEPLOY_QUEUE, { connection: redis, prefix });
  queue.on('error', leaveToTheSweeper);
  let waiting: Offer[] = [];

  function flush(): void {
    const offers = waiting;
    waiting = [];
    const jobs = offers.map(({ id, dispatch }) => ({
      name: 'deploy',
      data: { id },
      opts: { ...JOB_OPTIONS, jobId: `${id}_${dispatch}` },
    }));
    queue.addBulk(jobs).catch(leaveToTheSweeper);
  }

  return {
    /** Offers of one turn of the event loop travel together. */
    offer(offer: Offer): void {
      if (waiting.length === 0) setImmediate(flush);
      waiting.push(offer);
    },
    close: () => queue.close(),
  };
}

export type Dispatcher = ReturnType<typeof createDispatcher>;

function leaveToTheSweeper(error: unknown): void {
  void error;
}
