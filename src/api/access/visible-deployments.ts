import { allowsEverywhere } from '../../shared/domain/access.js';
import type { Deployment } from '../../shared/domain/deployment.js';
import type { Deployments, ListQuery } from '../../shared/store/deployments.js';
import type { Caller } from './caller.js';
import { mayView } from './permit.js';

const PER_READ = 200;
/** Most deployments that one request looks through for those that its caller may view. */
const MOST_LOOKED_THROUGH = 4_000;

/** Part of a list. `resume` is the id to go on from when the search stopped before the list was full or at its end. */
interface Visible {
  readonly found: readonly Deployment[];
  readonly resume?: string;
}

/** The newest deployments that the caller may view. */
export async function listVisible(
  deployments: Pick<Deployments, 'list'>,
  caller: Caller,
  query: ListQuery,
): Promise<Visible> {
  if (allowsEverywhere(caller.grants, 'view')) return { found: await deployments.list(query) };
  const found: Deployment[] = [];
  let { before } = query;
  for (let looked = 0; looked < MOST_LOOKED_THROUGH; looked += PER_READ) {
    const page = await deployments.list({
      ...query,
      ...(before !== undefined && { before }),
      limit: PER_READ,
    });
    found.push(...page.filter(({ request }) => mayView(caller, request)));
    before = page.at(-1)?.id ?? before;
    if (found.length >= query.limit) return { found: found.slice(0, query.limit) };
    if (page.length < PER_READ) return { found };
  }
  return { found, ...(before !== undefined && { resume: before }) };
}
