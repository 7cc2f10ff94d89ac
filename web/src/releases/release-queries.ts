import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { ReleaseView } from '../../../src/shared/contract/release.js';
import { call } from '../api/call.js';
import type { Page } from '../api/page.js';

/** Milliseconds until a release is asked again that has not ended: the stream tells of its deployments, not of its turns. */
const ASK_AGAIN_MS = 3_000;

/** Releases page by page, newest first. */
export const releasePagesQuery = infiniteQueryOptions({
  queryKey: ['releases'],
  queryFn: ({ pageParam, signal }) =>
    call<Page<ReleaseView>>('GET', 'v1/releases', { query: { limit: 20, cursor: pageParam }, signal }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (last) => last.nextCursor,
  refetchInterval: ({ state }) =>
    state.data?.pages.some(({ items }) => items.some(({ terminal }) => !terminal)) ? ASK_AGAIN_MS : false,
});

/** One release, current for as long as it is shown. */
export const releaseQuery = (id: string) =>
  queryOptions({
    queryKey: ['release', id],
    queryFn: ({ signal }) => call<ReleaseView>('GET', `v1/releases/${id}`, { signal }),
    refetchInterval: ({ state }) => (state.data?.terminal === false ? ASK_AGAIN_MS : false),
  });
