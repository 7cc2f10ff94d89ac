import type { Place } from '../../shared/domain/access.js';
import type { Deployments } from '../../shared/store/deployments.js';
import { found } from '../deployment-reply.js';

/** Tells the place of the deployment that the path names. Throws the refusal for one that does not exist. */
export function deploymentPlace(deployments: Pick<Deployments, 'load'>) {
  return async ({ params: { id } }: { readonly params: { readonly id: string } }): Promise<Place> => {
    const { service, environment } = found(await deployments.load(id), id).request;
    return { service, environment };
  };
}
