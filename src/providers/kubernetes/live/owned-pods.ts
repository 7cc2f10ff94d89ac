import { ENVIRONMENT, SERVICE } from '../manifests/annotations.js';
import type { ClusterView } from '../watch/cluster-view.js';
import { namespacedPath } from '../watch/object-path.js';
import { ownerOf, type Owner, type PodView } from '../watch/pod-view.js';
import type { Source } from '../watch/source.js';

/** A pod and the workload at the top of its owners. */
export interface OwnedPod {
  readonly pod: PodView;
  readonly owner: Owner | undefined;
}

/** Kinds that own pods, or owners of pods, and the collections that they are in. */
const OWNERS: Readonly<Record<string, readonly [apiVersion: string, plural: string]>> = {
  ReplicaSet: ['apps/v1', 'replicasets'],
  Deployment: ['apps/v1', 'deployments'],
  StatefulSet: ['apps/v1', 'statefulsets'],
  DaemonSet: ['apps/v1', 'daemonsets'],
  Job: ['batch/v1', 'jobs'],
  CronJob: ['batch/v1', 'cronjobs'],
};

/** Owners above a pod that are looked at; Kubernetes itself has two. */
const MOST_OWNERS = 4;

/** What must be watched to know whose the pods of a namespace are. */
export function podSources(namespace: string): readonly Source[] {
  return [
    { path: namespacedPath('v1', namespace, 'pods'), keeps: 'pods' },
    ...Object.values(OWNERS).map(([apiVersion, plural]): Source => {
      return { path: namespacedPath(apiVersion, namespace, plural), keeps: 'objects' };
    }),
  ];
}

/**
 * The pods of a namespace that belong to a target, by name. A pod is what the stamp of the workload at its top says;
 * labels of the pod itself count for pods alone that nothing controls, since a template can say anything.
 */
export function ownedPods(
  view: ClusterView,
  namespace: string,
  target: { readonly service: string; readonly environment: string },
): readonly OwnedPod[] {
  const found: OwnedPod[] = [];
  for (const pod of view.allPods(namespace)) {
    const { labels, owner } = topOf(view, namespace, pod);
    if (labels?.[SERVICE] === target.service && labels[ENVIRONMENT] === target.environment)
      found.push({ pod, owner });
  }
  return found.sort((one, other) => (one.pod.name < other.pod.name ? -1 : 1));
}

function topOf(
  view: ClusterView,
  namespace: string,
  pod: PodView,
): { readonly labels?: Readonly<Record<string, string>> | undefined; readonly owner: Owner | undefined } {
  if (!pod.owner) return { labels: pod.labels, owner: undefined };
  let owner = pod.owner;
  for (let height = 0; height < MOST_OWNERS; height += 1) {
    const place = Object.hasOwn(OWNERS, owner.kind) ? OWNERS[owner.kind] : undefined;
    if (!place) return { owner };
    const seen = view.object(namespacedPath(place[0], namespace, place[1]), owner.name);
    // One of the same name that was made since owns nothing of the earlier one.
    if (seen.said !== 'found' || seen.object.metadata.uid !== owner.uid) return { owner };
    const above = ownerOf(seen.object);
    if (!above) return { labels: seen.object.metadata.labels, owner };
    owner = above;
  }
  return { owner };
}
