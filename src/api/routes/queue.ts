import { QueueView, WorkerList, type WorkerView } from '../../shared/contract/queue.js';
import { everywhere } from '../access/permit.js';
import { timestamp } from '../present.js';
import { json } from '../reply.js';
import { defineRoute, type Route } from '../route.js';
import { carriedBy, readQueue, stateOfWorker, type QueueDeps } from '../use-cases/read-queue.js';

const tag = 'Queue';

/** What is under way and what waits, and who works on it. */
export function queueRoutes(deps: QueueDeps): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/v1/queue',
      tag,
      summary: 'Say how much is under way, what waits, and for what',
      description:
        'Numbers are those of the whole installation; listed are deployments that you may view, at most 100.',
      access: { verb: 'view', within: everywhere },
      answers: { 200: { description: 'The queue', schema: QueueView } },
      handler: async (_, caller) => json(200, await readQueue(deps, caller)),
    }),
    defineRoute({
      method: 'get',
      path: '/v1/workers',
      tag,
      summary: 'List the workers, what they carry, and when each was seen last',
      access: { verb: 'admin', on: everywhere },
      answers: { 200: { description: 'The workers', schema: WorkerList } },
      async handler() {
        const items = (await deps.presences.list()).map(async (worker): Promise<WorkerView> => ({
          worker: worker.name,
          state: stateOfWorker(worker),
          version: worker.version,
          startedAt: timestamp(worker.startedAt),
          seenAt: timestamp(worker.seenAt),
          places: worker.places,
          carries: await carriedBy(deps.deployments, worker),
        }));
        return json(200, { items: await Promise.all(items) });
      },
    }),
  ];
}
