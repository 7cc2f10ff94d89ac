import { queryOptions } from '@tanstack/react-query';
import type { BlockerVerdict, WindowsView } from '../../../src/shared/contract/blocker-check.js';
import type { BlockerView } from '../../../src/shared/contract/blocker.js';
import { call } from '../api/call.js';
import type { Page } from '../api/page.js';

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
      call<WindowsView>('GET', `v1/targets/${service}/${environment}/windows`, { query: { days }, signal }),
    refetchInterval: ASK_AGAIN_MS,
  });

/** What would be in the way of a deployment now. */
export const verdictQuery = (service: string, environment: string, version: string) =>
  queryOptions({
    queryKey: ['verdict', service, environment, version],
    queryFn: ({ signal }) =>
      call<BlockerVerdict>('POST', 'v1/blockers/check', { body: { service, environment, version }, signal }),
    refetchInterval: ASK_AGAIN_MS,
  });
