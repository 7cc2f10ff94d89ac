import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { EnvironmentView, ServiceView, TargetView } from '../../../src/shared/contract/configuration.js';
import type { DeploymentView } from '../../../src/shared/contract/deployment-view.js';
import type { Explanation } from '../../../src/shared/contract/explanation.js';
import type { JournalLine, JournalPage } from '../../../src/shared/contract/journal-page.js';
import type { DiffView, EnvironmentStatus } from '../../../src/shared/contract/snapshot.js';
import type { Version } from '../../../src/shared/contract/version.js';
import { call } from './call.js';
import type { Page } from './page.js';

/** Which deployments a list shows; the names are those of the API and of the page's own addresses. */
export interface DeploymentFilter {
  readonly service?: string | undefined;
  readonly environment?: string | undefined;
  readonly state?: readonly string[] | undefined;
  readonly limit?: number;
}

/** A page of deployments, newest first. */
export function readDeployments(filter: DeploymentFilter, cursor?: string, signal?: AbortSignal) {
  const query = { ...filter, cursor };
  return call<Page<DeploymentView>>('GET', 'v1/deployments', { query, ...(signal && { signal }) });
}

/** The newest deployments that a filter lets through. */
export const deploymentsQuery = (filter: DeploymentFilter) =>
  queryOptions({
    queryKey: ['deployments', filter],
    queryFn: async ({ signal }) => (await readDeployments(filter, undefined, signal)).items,
  });

/** The same page by page, for a list that goes back to the first one. */
export const deploymentPagesQuery = (filter: DeploymentFilter) =>
  infiniteQueryOptions({
    queryKey: ['deployment-pages', filter],
    queryFn: ({ pageParam, signal }) => readDeployments(filter, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor,
  });

/** One deployment. The stream keeps it current. */
export const deploymentQuery = (id: string) =>
  queryOptions({
    queryKey: ['deployment', id],
    queryFn: ({ signal }) => call<DeploymentView>('GET', `v1/deployments/${id}`, { signal }),
  });

/** Every coded event of a deployment until now, oldest first. */
export const eventsQuery = (id: string) =>
  queryOptions({
    queryKey: ['events', id],
    queryFn: async ({ signal }) => {
      const events: JournalLine[] = [];
      let [after, more] = [0, true];
      while (more) {
        const query = { after, limit: 1_000 };
        const page = await call<JournalPage>('GET', `v1/deployments/${id}/events`, { query, signal });
        events.push(...page.lines);
        more = page.next > after && page.next < page.length;
        after = page.next;
      }
      return events;
    },
  });

/** What stands between a deployment and live. */
export const explainQuery = (id: string) =>
  queryOptions({
    queryKey: ['explain', id],
    queryFn: ({ signal }) => call<Explanation>('GET', `v1/deployments/${id}/explain`, { signal }),
    refetchInterval: 5_000,
  });

export const targetsQuery = queryOptions({
  queryKey: ['targets'],
  queryFn: ({ signal }) => readAll<TargetView>('v1/targets', signal),
});

export const servicesQuery = queryOptions({
  queryKey: ['services'],
  queryFn: ({ signal }) => readAll<ServiceView>('v1/services', signal),
});

export const environmentsQuery = queryOptions({
  queryKey: ['environments'],
  queryFn: ({ signal }) => readAll<EnvironmentView>('v1/environments', signal),
});

/** What runs in an environment and what is on its way, and how it stands to another one when that is said. */
export const statusQuery = (environment: string, against?: string) =>
  queryOptions({
    queryKey: ['status', environment, ...(against === undefined ? [] : [against])],
    queryFn: ({ signal }) =>
      call<EnvironmentStatus>('GET', `v1/environments/${environment}/status`, {
        query: { against },
        signal,
      }),
  });

/** What differs between two snapshots of an environment; `now` is what runs. */
export const diffQuery = (environment: string, from: string, to: string) =>
  queryOptions({
    queryKey: ['diff', environment, from, to],
    queryFn: ({ signal }) =>
      call<DiffView>('GET', `v1/environments/${environment}/diff`, { query: { from, to }, signal }),
  });

/** Versions of a service, newest first, found by `q`: start of a commit, or text in version, message or author. */
export const versionsQuery = (service: string, q = '', limit = 50) =>
  queryOptions({
    queryKey: ['versions', service, q, limit],
    queryFn: async ({ signal }) => {
      const path = `v1/services/${service}/versions`;
      return (await call<Page<Version>>('GET', path, { query: { q, limit }, signal })).items;
    },
  });

/** Follows the cursors of a list to its end; for lists that people wrote by hand. */
async function readAll<T>(path: string, signal: AbortSignal): Promise<readonly T[]> {
  const all: T[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<T> = await call('GET', path, { query: { limit: 500, cursor }, signal });
    all.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return all;
}
