import { queryOptions } from '@tanstack/react-query';
import type { QueueView } from '../../../src/shared/contract/queue.js';
import { call } from '../api/call.js';

/** What is under way and what waits. The stream tells of deployments, not of workers and calls. */
export const queueQuery = queryOptions({
  queryKey: ['queue'],
  queryFn: ({ signal }) => call<QueueView>('GET', 'v1/queue', { signal }),
});
