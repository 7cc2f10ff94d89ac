import { createGateway } from '../gateway.js';
import type { PodEnd } from './replace-pod.js';

/** Deletes it. */
export const deletion: PodEnd = {
  intent: 'delete',
  would: 'would be deleted',
  was: 'was deleted',
  async end({ transport }, { namespace, signal }, { name, uid }) {
    const resource = { group: '', version: 'v1', plural: 'pods', namespaced: true };
    await createGateway(transport).remove({ resource, namespace, name }, uid, signal);
    return undefined;
  },
};
