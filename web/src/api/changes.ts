import type { InfiniteData, QueryClient, QueryKey } from '@tanstack/react-query';
import type { DeploymentView } from '../../../src/shared/contract/deployment-view.js';
import type { OperationView } from '../../../src/shared/contract/live-operation.js';
import type { PodsBrief } from '../../../src/shared/contract/pods-brief.js';
import type { Page } from './page.js';

/** Milliseconds within which lists are read again once, however much changes meanwhile. */
const GATHER_MS = 500;

type Known = readonly DeploymentView[] | InfiniteData<Page<DeploymentView>> | undefined;

/** Brings news of the stream into everything that is shown. */
export function createChanges(client: QueryClient) {
  const stale = new Map<string, QueryKey>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function readAgainSoon(key: QueryKey): void {
    stale.set(JSON.stringify(key), key);
    timer ??= setTimeout(() => {
      timer = undefined;
      const keys = [...stale.values()];
      stale.clear();
      for (const queryKey of keys) client.invalidateQueries({ queryKey, exact: true }).catch(ignoreCancelled);
    }, GATHER_MS);
  }

  return {
    /** Puts a deployment as it is now where it is shown. Lists that may have to show it, or no longer, are read again. */
    take(deployment: DeploymentView): void {
      const { id, state, environment, release } = deployment;
      client.setQueryData<DeploymentView>(['deployment', id], (known) => known && newer(known, deployment));
      readAgainSoon(['events', id]);
      for (const [key] of client.getQueriesData({ queryKey: ['status'] }))
        if (key.includes(environment)) readAgainSoon(key);
      if (release !== undefined) readAgainSoon(['release', release]);
      for (const past of deployment.terminal ? ['snapshots', 'diff'] : [])
        for (const [key] of client.getQueriesData({ queryKey: [past, environment] })) readAgainSoon(key);
      for (const queryKey of [['deployments'], ['deployment-pages']]) {
        for (const [key, known] of client.getQueriesData<Known>({ queryKey })) {
          if (!known) continue;
          const before = itemsOf(known).find((each) => each.id === id);
          if (before) client.setQueryData(key, replaced(known, deployment));
          if (before?.state !== state) readAgainSoon(key);
        }
      }
    },
    /** Puts an operation as it is now where it is shown: in the history of its target, and in the cell of the board while it goes on. */
    operation(operation: OperationView): void {
      const { id, service, environment } = operation;
      client.setQueryData<readonly OperationView[]>(
        ['operations', service, environment],
        (known) => known && [operation, ...known.filter((each) => each.id !== id)].sort(newestFirst),
      );
      client.setQueryData<OperationView>(['operation-now', service, environment], operation);
    },
    /** Puts into the cell of the board how many pods are ready. */
    pods(brief: PodsBrief): void {
      client.setQueryData<PodsBrief>(['pods-brief', brief.service, brief.environment], brief);
    },
    /** Forgets how pods were, which is told anew by the next connection, and finds out whether the session still lasts. */
    lost: () =>
      client
        .resetQueries({ queryKey: ['pods-brief'] })
        .then(() => client.invalidateQueries({ queryKey: ['session'] }))
        .catch(ignoreCancelled),
    /** Reads everything again that is shown now, and forgets what the stream alone tells. */
    reset: () =>
      client
        .resetQueries({ queryKey: ['operation-now'] })
        .then(() => client.invalidateQueries())
        .catch(ignoreCancelled),
  };
}

function itemsOf(known: NonNullable<Known>): readonly DeploymentView[] {
  return 'pages' in known ? known.pages.flatMap(({ items }) => items) : known;
}

function replaced(known: NonNullable<Known>, deployment: DeploymentView): Known {
  const renew = (items: readonly DeploymentView[]) =>
    items.map((each) => (each.id === deployment.id ? newer(each, deployment) : each));
  if (!('pages' in known)) return renew(known);
  return { ...known, pages: known.pages.map((page) => ({ ...page, items: renew(page.items) })) };
}

function newestFirst(one: OperationView, other: OperationView): number {
  return one.queuedAt < other.queuedAt ? 1 : -1;
}

/** An answer may have overtaken the stream. */
function newer(known: DeploymentView, told: DeploymentView): DeploymentView {
  return told.updatedAt < known.updatedAt ? known : told;
}

/** Whoever shows a query shows its error; a read that another one replaced has none to tell. */
function ignoreCancelled(error: unknown): void {
  void error;
}
