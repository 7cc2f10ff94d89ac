import type { LiveAnswer, Operated, OperationTurn, SeenPod } from '../../live-operations.js';
import type { Cluster } from '../connect/clusters.js';
import { createGateway } from '../gateway.js';
import { replaceablePod } from './find-pod.js';
import type { TargetTurn } from './workloads.js';

/** Deletes that very pod, so that its workload makes another one. */
export async function restartPod(
  cluster: Cluster,
  turn: OperationTurn & TargetTurn,
  seen: SeenPod,
): Promise<LiveAnswer<Operated>> {
  const found = await replaceablePod(cluster, turn, seen);
  if (found.said === 'gone') return { said: 'done', value: [`Pod ${seen.name} is gone`] };
  const { owner } = found;
  if (turn.how === 'preview')
    return { said: 'done', value: [`Pod ${seen.name} would be deleted, and ${owner} make another one`] };
  const resource = { group: '', version: 'v1', plural: 'pods', namespaced: true };
  const place = { resource, namespace: turn.namespace, name: seen.name };
  await turn.intend('delete');
  await createGateway(cluster.transport).remove(place, seen.uid, turn.signal);
  return { said: 'done', value: [`Pod ${seen.name} was deleted; ${owner} makes another one`] };
}
