import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { DEPLOY_QUEUE, LIVE_QUEUE, PLAN_QUEUE } from './names.js';

/** All queues, for looking at. Losing what is in them loses nothing, and nobody may change it here. */
export function openQueues(redis: Redis, prefix: string) {
  const queues = [DEPLOY_QUEUE, PLAN_QUEUE, LIVE_QUEUE].map(
    (name) => new Queue(name, { connection: redis, prefix }),
  );
  // Whoever looks is told; a queue that nobody looks at has nothing to say.
  for (const queue of queues) queue.on('error', () => undefined);
  return {
    queues,
    async close(): Promise<void> {
      await Promise.all(queues.map((queue) => queue.close()));
    },
  };
}

/** See `openQueues`. */
export type Queues = ReturnType<typeof openQueues>;
