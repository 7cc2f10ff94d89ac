import { allowsEverywhere } from '../../shared/domain/access.js';
import type { Snapshot, Snapshots } from '../../shared/store/snapshots.js';
import type { Caller } from './caller.js';
import { mayView } from './permit.js';

const PER_READ = 200;

interface SnapshotQuery {
  readonly environment: string;
  /** Key of the last one of the page before. */
  readonly before: string | undefined;
  readonly limit: number;
}

/**
 * The newest snapshots of an environment that were taken after deployments which the caller may view. One that does
 * not say which service was deployed is for those alone who may view everything.
 */
export async function listVisibleSnapshots(
  snapshots: Pick<Snapshots, 'list'>,
  caller: Caller,
  { environment, before, limit }: SnapshotQuery,
): Promise<readonly Snapshot[]> {
  if (allowsEverywhere(caller.grants, 'view')) return snapshots.list(environment, limit, before);
  const found: Snapshot[] = [];
  for (let from = before; ;) {
    const page = await snapshots.list(environment, PER_READ, from);
    found.push(
      ...page.filter(({ service }) => service !== undefined && mayView(caller, { service, environment })),
    );
    from = page.at(-1)?.key;
    if (found.length >= limit || page.length < PER_READ) return found.slice(0, limit);
  }
}
