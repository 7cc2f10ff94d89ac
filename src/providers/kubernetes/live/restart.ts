import { failure } from '../../../shared/domain/failures.js';
import type { Operated, SeenPod } from '../../contract.js';
import type { Cluster } from '../connect/clusters.js';
import { pathOf } from '../discovery/resource.js';
import { createGateway } from '../gateway.js';
import { numberAt } from '../json.js';
import { findPod } from './find-pod.js';
import { LiveFailure } from './live-failure.js';
import { workloadsOf, type TargetTurn } from './workloads.js';

/** As `kubectl rollout restart` writes it. */
const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';
/** Not the manager of deployments, whose next one would otherwise take the annotation away and restart everything again. */
const MANAGER = 'beanpod-restart';

/** Deletes that very pod, so that its workload makes another one. */
export async function restartPod(
  cluster: Cluster,
  turn: TargetTurn,
  seen: SeenPod,
  dryRun: boolean,
): Promise<Operated> {
  const { owner } = await findPod(cluster, turn, seen);
  if (!owner) throw new LiveFailure(failure('k8s.pod-alone', `Pod ${seen.name} belongs to no workload`));
  if (dryRun) return [`Pod ${seen.name} would be deleted, and ${owner.kind} ${owner.name} make another one`];
  const resource = { group: '', version: 'v1', plural: 'pods', namespaced: true };
  const place = { resource, namespace: turn.namespace, name: seen.name };
  await createGateway(cluster.transport).remove(place, seen.uid, turn.signal);
  return [`Pod ${seen.name} was deleted; ${owner.kind} ${owner.name} makes another one`];
}

/** Lets every workload of the target replace its pods by its own rules. What was changed since it was read is left alone. */
export async function restart({ transport }: Cluster, turn: TargetTurn, dryRun: boolean): Promise<Operated> {
  const workloads = await workloadsOf(transport, turn, ['Deployment', 'StatefulSet', 'DaemonSet']);
  if (workloads.length === 0)
    throw new LiveFailure(
      failure('k8s.operation-unclear', 'The target has no workload that could be restarted'),
    );
  const done: string[] = [];
  for (const { kind, name, place, object } of workloads) {
    const pods =
      numberAt(object, 'status', 'replicas') ?? numberAt(object, 'status', 'currentNumberScheduled');
    const which = `${kind} ${name}${pods === undefined ? '' : ` (${pods} pods)`}`;
    if (!dryRun)
      await transport.send({
        method: 'PATCH',
        path: pathOf(place.resource, place.namespace, name),
        query: { fieldManager: MANAGER },
        contentType: 'application/strategic-merge-patch+json',
        body: {
          metadata: { resourceVersion: object.metadata.resourceVersion },
          spec: { template: { metadata: { annotations: { [RESTARTED_AT]: new Date().toISOString() } } } },
        },
        signal: turn.signal,
      });
    done.push(dryRun ? `${which} would replace its pods` : `${which} replaces its pods`);
  }
  return done;
}
