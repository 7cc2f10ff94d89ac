import type { Deployment } from '../../shared/domain/deployment.js';
import type { Deployments } from '../../shared/store/deployments.js';
import type { Offer } from '../../shared/store/offers.js';
import { Refusal } from '../refusal.js';

/** What cancelling needs of the world around it. */
export interface CancelDeps {
  readonly deployments: Pick<Deployments, 'cancel' | 'load'>;
  readonly offers: { offer(offer: Offer): void };
}

/**
 * Ends a deployment that nobody has started, or leaves the wish for its worker, which rolls back what was written.
 * `ended` says which of both it was. Throws a Refusal when there is nothing to cancel.
 */
export async function cancelDeployment(
  { deployments, offers }: CancelDeps,
  id: string,
  by: string,
  reason: string,
): Promise<{ readonly deployment: Deployment; readonly ended: boolean }> {
  const said = await deployments.cancel(id, { by, reason });
  const deployment = await deployments.load(id);
  if (!deployment) throw new Refusal('deployment.unknown', `There is no deployment ${id}`);
  // A deployment that is in the archive alone is gone for the script, and has ended all the same.
  if (said.said === 'ended' || said.said === 'gone') {
    throw new Refusal(
      'deployment.ended',
      `Deployment ${id} has ended as ${deployment.state.name}; nothing is left to cancel`,
    );
  }
  if (said.said === 'proven') {
    throw new Refusal(
      'deployment.proven',
      `${deployment.request.version} has given all its proofs and stays; deployment ${id} only cleans up behind it`,
    );
  }
  if (said.said === 'cancelled') for (const offer of said.offers) offers.offer(offer);
  return { deployment, ended: said.said === 'cancelled' };
}
