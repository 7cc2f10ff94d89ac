import { failure } from '../../../shared/domain/failures.js';
import type { OwnedTurn, SeenPod } from '../../live-operations.js';
import type { Cluster } from '../connect/clusters.js';
import { isAbsent } from '../failures.js';
import { LiveFailure } from './live-failure.js';
import { followPods } from './follow-pods.js';
import type { OwnedPod } from './owned-pods.js';

/**
 * The pod of a target, proven to be that very one: by the watches to belong to the target, and by the API server to be
 * there still. Throws a LiveFailure.
 */
export async function findPod(
  { hub, transport }: Cluster,
  turn: OwnedTurn & { readonly namespace: string },
  seen: SeenPod,
): Promise<OwnedPod> {
  const { name, uid } = seen;
  for await (const { pods } of followPods(hub, turn, turn.signal)) {
    const found = pods.find(({ pod }) => pod.name === name);
    if (!found) throw gone(`${turn.service} in ${turn.environment} has no pod ${name}`);
    if (found.pod.uid !== uid || (await uidNow(transport, turn, name)) !== uid)
      throw gone(`Another pod has taken the place of ${name}`);
    return found;
  }
  throw turn.signal.reason;
}

/** The uid of the pod that has this name at this moment. */
export async function uidNow(
  transport: Cluster['transport'],
  { namespace, signal }: { readonly namespace: string; readonly signal: AbortSignal },
  name: string,
): Promise<string | undefined> {
  try {
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}`;
    return (await transport.send({ method: 'GET', path, signal })).metadata.uid;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

export function gone(detail: string): LiveFailure {
  return new LiveFailure(failure('k8s.pod-replaced', detail));
}
