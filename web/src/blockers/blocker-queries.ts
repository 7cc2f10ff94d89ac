import { queryOptions } from '@tanstack/react-query';
import type { Static } from 'typebox';
import type { WindowsView } from '../../../src/shared/contract/blocker-check.js';
import type { BlockerView } from '../../../src/shared/contract/blocker.js';
import { call } from '../api/call.js';
import type { Page } from '../api/page.js';

/** When a target is closed. */
export type Windows = Static<typeof WindowsView>;

/** Milliseconds until closed hours are asked again: a clock moves them. */
const ASK_AGAIN_MS = 60_000;

/** Every blocker, by name. */
export const blockersQuery = queryOptions({
  queryKey: ['blockers'],
  queryFn: async ({ signal }) =>
    (await call<Page<BlockerView>>('GET', 'v1/blockers', { query: { limit: 1_000 }, signal })).items,
});

/** When a target is closed within so many days from now. */
export const windowsQuery = (service: string, environment: string, days: number) =>
  queryOptions({
    queryKey: ['windows', service, environment, days],
    queryFn: ({ signal }) =>
      call<Windows>('GET', `v1/targets/${service}/${environment}/windows`, { query: { days }, signal }),
    refetchInterval: ASK_AGAIN_MS,
  });
