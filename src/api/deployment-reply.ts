import type { Deployment } from '../shared/domain/deployment.js';
import { isEnded } from '../shared/domain/state.js';
import type { Deployments } from '../shared/store/deployments.js';
import { pathOf, presentDeployment } from './present.js';
import { Refusal } from './refusal.js';
import { json, type JsonReply } from './reply.js';

/** The deployment, or the refusal for one that does not exist. */
export function found(deployment: Deployment | undefined, id: string): Deployment {
  if (deployment) return deployment;
  throw new Refusal('deployment.unknown', `There is no deployment ${id}`);
}

/** Place in line of a deployment that is queued; one more look into the store only for those. */
export async function aheadOf(
  deployments: Pick<Deployments, 'ahead'>,
  { id, state }: Deployment,
): Promise<number | undefined> {
  return state.name === 'queued' ? deployments.ahead(id) : undefined;
}

/** A 202 with the deployment and where to ask on. */
export function acceptedReply(
  deployment: Deployment,
  ahead: number,
  headers: Readonly<Record<string, string>> = {},
): JsonReply {
  return json(202, presentDeployment(deployment, ahead), {
    location: pathOf(deployment.id),
    ...retryAfter(deployment),
    ...headers,
  });
}

/** Changes with everything that the view shows. */
export function etagOf({ revision }: Deployment, ahead: number | undefined): string {
  return ahead === undefined ? `"${revision}"` : `"${revision}.${ahead}"`;
}

/** Seconds until it is worth asking again: more as it gets older, none once it has ended. */
export function retryAfter({ state, acceptedAt, updatedAt }: Deployment): Readonly<Record<string, string>> {
  if (isEnded(state)) return {};
  const quietMs = Math.max(Date.now() - Math.max(acceptedAt, updatedAt), 0);
  return { 'retry-after': quietMs < 60_000 ? '2' : quietMs < 600_000 ? '5' : '15' };
}
