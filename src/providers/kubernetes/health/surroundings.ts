import { newest } from '../failure/pod-look.js';
import type { KubeObject } from '../object.js';
import type { ClusterView } from '../watch/cluster-view.js';
import { listAt, textAt, valueAt } from '../watch/fields.js';
import type { PodView } from '../watch/pod-view.js';
import { isPlatformEnd } from '../failure/pod-signals.js';
import { besidePath, NODES, podLabelsOf, STORAGE_CLASSES, type AppliedObject } from './applied-object.js';
import type { Surroundings } from './health.js';
import { isOfNewestRevision } from './new-revision.js';

/** Whether a Secret exists; undefined when nobody may know. */
export type SecretExists = (namespace: string, name: string) => boolean | undefined;

/** Answers the questions about one object of a set from the watches. */
export function surroundingsOf(
  { ref, written }: AppliedObject,
  set: readonly AppliedObject[],
  view: ClusterView,
  secretExists?: SecretExists,
): Surroundings {
  const namespace = ref.namespace ?? '';
  const stranded = () => view.pods(namespace, written.uid).filter((pod) => isStranded(pod, view));
  return {
    owned: () => view.owned(besidePath(ref, 'apps/v1', 'replicasets'), written.uid),
    exists(kind, name) {
      if (kind === 'Secret') return secretExists?.(namespace, name);
      const seen = view.object(besidePath(ref, 'v1', 'services'), name);
      return seen.said === 'unseen' ? undefined : seen.said === 'found';
    },
    readyAddresses() {
      const slices = besidePath(ref, 'discovery.k8s.io/v1', 'endpointslices');
      return view.isSeen(slices) ? countReady(view.owned(slices, written.uid)) : undefined;
    },
    backedBy: (selector) => backedBy(selector, labelsIn(set, namespace, view)),
    bindingMode(storageClass) {
      const seen = view.object(STORAGE_CLASSES, storageClass);
      return seen.said === 'found' ? textAt(seen.object, 'volumeBindingMode') : undefined;
    },
    warning: (reason) => newest(view.events(namespace, written.uid), [reason])?.message,
    strandedPods: () => stranded().length,
    strandedNewPods() {
      const revisions = view.owned(besidePath(ref, 'apps/v1', 'controllerrevisions'), written.uid);
      return stranded().filter(isOfNewestRevision(revisions)).length;
    },
  };
}

/** Whether a pod is down because of its node. Nodes that cannot be seen are taken for good ones. */
export function isStranded(pod: PodView, view: ClusterView): boolean {
  if (pod.ready) return false;
  if (isPlatformEnd(pod)) return true;
  const seen = pod.node === undefined ? undefined : view.object(NODES, pod.node);
  if (seen?.said !== 'found') return false;
  const ready = listAt(seen.object, 'status', 'conditions').find((one) => textAt(one, 'type') === 'Ready');
  return textAt(ready, 'status') !== 'True' || valueAt(seen.object, 'spec', 'unschedulable') === true;
}

/** An endpoint without conditions counts as ready (API reference of EndpointSlice). */
function countReady(slices: readonly KubeObject[]): number {
  const endpoints = slices.flatMap((slice) => listAt(slice, 'endpoints'));
  const ready = endpoints.filter((one) => valueAt(one, 'conditions', 'ready') !== false);
  return ready.flatMap((one) => listAt(one, 'addresses')).length;
}

function labelsIn(
  set: readonly AppliedObject[],
  namespace: string,
  view: ClusterView,
): readonly Readonly<Record<string, string>>[] {
  return set
    .filter(({ ref }) => (ref.namespace ?? '') === namespace)
    .map(({ ref, collection }) => view.object(collection, ref.name))
    .map((seen) => (seen.said === 'found' ? podLabelsOf(seen.object) : undefined))
    .filter((labels) => labels !== undefined);
}

function backedBy(
  selector: Readonly<Record<string, string>>,
  workloads: readonly Readonly<Record<string, string>>[],
): 'some' | 'none' | 'no workload' {
  if (workloads.length === 0) return 'no workload';
  const wanted = Object.entries(selector);
  const fits = workloads.some((labels) => wanted.every(([name, value]) => labels[name] === value));
  return fits ? 'some' : 'none';
}
