import type { Deployment } from '../shared/domain/deployment.js';
import { isEnded } from '../shared/domain/state.js';
import { pathOf, presentDeployment } from './present.js';
import { Refusal } from './refusal.js';
import { json, type JsonReply } from './reply.js';

/** The deployment, or the refusal for one that does not exist. */
export function found(deployment: Deployment | undefined, id: string): Deployment {
  if (deployment) return deployment;
  throw new Refusal('deployment.unknown', `There is no deployment ${id}`);
}

/** A 202 with the deployment and where to ask on. */
export function acceptedReply(
  deployment: Deployment,
  headers: Readonly<Record<string, string>> = {},
): JsonReply {
  return json(202, presentDeployment(deployment), {
    location: pathOf(deployment.id),
    ...retryAfter(deployment),
    ...headers,
  });
}

/** Changes with everything that the view shows. */
export function etagOf({ revision, ahead }: Deployment): string {
  return ahead === undefined ? `"${revision}"` : `"${revision}.${ahead}"`;
}

/** Seconds until it is worth asking again: more as it gets older, none once it has ended. */
export function retryAfter({ state, acceptedAt, updatedAt }: Deployment): Readonly<Record<string, string>> {
  if (isEnded(state)) return {};
  const quietMs = Math.max(Date.now() - Math.max(acceptedAt, updatedAt), 0);
  return { 'retry-after': quietMs < 60_000 ? '2' : quietMs < 600_000 ? '5' : '15' };
}
