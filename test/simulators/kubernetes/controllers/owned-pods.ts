import type { Cluster } from '../cluster.js';
import { controllerOf, keyOf, ownedBy, type KubeObject, type LabelSelector } from '../objects.js';
import { selects } from '../selectors.js';
import type { Pod } from '../workloads.js';

/** The pods that an owner controls, after it has adopted the orphans that its selector selects. */
export function ownedPods(cluster: Cluster, owner: KubeObject, selector: LabelSelector): Pod[] {
  adoptOrphans(cluster, owner, selector);
  const pods: Pod[] = [];
  for (const { collection, object } of cluster.store.dependents(owner.metadata.uid)) {
    if (collection === 'pods' && controllerOf(object)?.uid === owner.metadata.uid) pods.push(object as Pod);
  }
  return pods;
}

function adoptOrphans(cluster: Cluster, owner: KubeObject, selector: LabelSelector): void {
  const [label] = Object.entries(selector.matchLabels ?? {});
  if (label === undefined || owner.metadata.deletionTimestamp !== undefined) return;
  const candidates = Array.from(
    cluster.store.collection('pods').labelled(owner.metadata.namespace ?? '', ...label),
  );
  for (const pod of candidates) {
    if (controllerOf(pod) !== undefined || pod.metadata.deletionTimestamp !== undefined) continue;
    if (!selects(selector, pod.metadata.labels)) continue;
    const ownerReferences = [...(pod.metadata.ownerReferences ?? []), ownedBy(owner)];
    cluster.store.put('pods', { ...pod, metadata: { ...pod.metadata, ownerReferences } });
  }
}

/** The key of the object that controls a pod, when it is of the given kind. */
export function ownerKey(object: KubeObject, kind: string): string | undefined {
  const owner = controllerOf(object);
  if (owner?.kind !== kind) return undefined;
  const { namespace } = object.metadata;
  return keyOf({ metadata: { name: owner.name, ...(namespace === undefined ? {} : { namespace }) } });
}
