import type { KubeObject } from '../object.js';
import { countAt, listAt, textAt } from '../watch/fields.js';
import type { PodView } from '../watch/pod-view.js';

const REVISION = 'deployment.kubernetes.io/revision';

/** The ReplicaSet of a Deployment's present template; undefined before its controller has made or found it. */
export function newReplicaSet(
  deployment: KubeObject,
  replicaSets: readonly KubeObject[],
): KubeObject | undefined {
  const revision = deployment.metadata.annotations?.[REVISION];
  const current = replicaSets.filter((set) => set.metadata.annotations?.[REVISION] === revision);
  return revision === undefined ? undefined : current.find((set) => hasTemplateOf(set, deployment));
}

/** The label of the new pods of a StatefulSet. */
export function isOfUpdateRevision(statefulSet: KubeObject): (pod: PodView) => boolean {
  const revision = textAt(statefulSet, 'status', 'updateRevision');
  const partition = countAt(statefulSet, 'spec', 'updateStrategy', 'rollingUpdate', 'partition');
  return (pod) =>
    revision !== undefined &&
    pod.labels['controller-revision-hash'] === revision &&
    Number(/-(?<ordinal>\d+)$/.exec(pod.name)?.groups?.['ordinal'] ?? 0) >= partition;
}

/** The label of the new pods of a DaemonSet, which names it in no field of its own. */
export function isOfNewestRevision(revisions: readonly KubeObject[]): (pod: PodView) => boolean {
  const newest = [...revisions].sort((a, b) => countAt(b, 'revision') - countAt(a, 'revision'))[0];
  const hash = newest?.metadata.labels?.['controller-revision-hash'];
  return (pod) => hash !== undefined && pod.labels['controller-revision-hash'] === hash;
}

/** Whether a pod was made after our write. Both times are whole seconds of the API server's clock. */
export function isMadeSince(writtenAt: string | undefined): (pod: PodView) => boolean {
  const since = Date.parse(writtenAt ?? '');
  return (pod) => !(Date.parse(pod.createdAt) < since);
}

/** A stale watch may show the new revision number beside the ReplicaSet of an old template. */
function hasTemplateOf(set: KubeObject, deployment: KubeObject): boolean {
  return imagesOf(set) === imagesOf(deployment);
}

function imagesOf(workload: KubeObject): string {
  const containers = listAt(workload, 'spec', 'template', 'spec', 'containers');
  return containers.map((one) => `${textAt(one, 'name')}=${textAt(one, 'image')}`).join();
}
