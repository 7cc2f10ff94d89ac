import type { Cluster } from '../cluster.js';
import { same } from '../json.js';
import { controllerOf } from '../objects.js';
import { builtIn } from '../registry/registry.js';
import { CONTROLLER } from '../writes/write-call.js';
import { ownedBy } from '../objects.js';
import type { Deployment, PodTemplate, ReplicaSet } from '../workloads.js';
import { templateHash } from './template-hash.js';

/** The annotation that numbers the revisions of a Deployment. */
export const REVISION = 'deployment.kubernetes.io/revision';
const HISTORY = 'deployment.kubernetes.io/revision-history';
const DESIRED = 'deployment.kubernetes.io/desired-replicas';
const MOST = 'deployment.kubernetes.io/max-replicas';
const HASH_LABEL = 'pod-template-hash';
const NOT_COPIED = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  HISTORY,
  DESIRED,
  MOST,
  'deprecated.deployment.rollback.to',
]);

/** The ReplicaSets of a Deployment: the one of its template, when it exists, and all others. */
export interface ReplicaSetsOf {
  current: ReplicaSet | undefined;
  old: ReplicaSet[];
}

/** Finds the ReplicaSets that a Deployment controls. */
export function replicaSetsOf(cluster: Cluster, deployment: Deployment): ReplicaSetsOf {
  const sets: ReplicaSet[] = [];
  for (const { collection, object } of cluster.store.dependents(deployment.metadata.uid)) {
    if (collection === 'replicasets.apps' && controllerOf(object)?.uid === deployment.metadata.uid) {
      sets.push(object as ReplicaSet);
    }
  }
  sets.sort((a, b) => a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp));
  const current = sets.find((set) => sameTemplate(set.spec.template, deployment.spec.template));
  return { current, old: sets.filter((set) => set !== current) };
}

/** The revision of a ReplicaSet; 0 when it has none yet. */
export function revisionOf(set: ReplicaSet): number {
  return Number(set.metadata.annotations?.[REVISION] ?? 0);
}

/** Creates the ReplicaSet of the current template, or gives the existing one the newest revision number. */
export function ensureCurrent(
  cluster: Cluster,
  deployment: Deployment,
  sets: ReplicaSetsOf,
  replicas: number,
): ReplicaSet {
  const newest = Math.max(0, ...sets.old.map(revisionOf)) + 1;
  if (sets.current === undefined) return create(cluster, deployment, newest, replicas);
  const { current } = sets;
  const revision = revisionOf(current) < newest ? newest : revisionOf(current);
  const annotations = annotationsFor(deployment, current, revision);
  if (same(annotations, current.metadata.annotations)) return current;
  return change(cluster, current, (live) => ({ ...live, metadata: { ...live.metadata, annotations } }));
}

/** Changes the size of a ReplicaSet. */
export function resize(cluster: Cluster, set: ReplicaSet, replicas: number): ReplicaSet {
  return change(cluster, set, (live) => ({ ...live, spec: { ...live.spec, replicas } }));
}

/** Notes on a ReplicaSet for which size of the Deployment it was last sized. */
export function noteSize(cluster: Cluster, set: ReplicaSet, desired: number, most: number): ReplicaSet {
  const old = set.metadata.annotations ?? {};
  const annotations = { ...old, [DESIRED]: String(desired), [MOST]: String(most) };
  if (same(old, annotations)) return set;
  return change(cluster, set, (live) => ({ ...live, metadata: { ...live.metadata, annotations } }));
}

/** The size of the Deployment for which a ReplicaSet was last sized. */
export function notedSize(set: ReplicaSet): number | undefined {
  const text = set.metadata.annotations?.[DESIRED];
  return text === undefined ? undefined : Number(text);
}

function create(cluster: Cluster, deployment: Deployment, revision: number, replicas: number): ReplicaSet {
  const { template } = deployment.spec;
  const hash = templateHash(template);
  const labels = { ...template.metadata?.labels, [HASH_LABEL]: hash };
  const { selector } = deployment.spec;
  const body = {
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      labels,
      annotations: annotationsFor(deployment, undefined, revision),
      ownerReferences: [ownedBy(deployment)],
    },
    spec: {
      replicas,
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [HASH_LABEL]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
      ...(deployment.spec.minReadySeconds === undefined
        ? {}
        : { minReadySeconds: deployment.spec.minReadySeconds }),
    },
  };
  return cluster.writes.create(
    builtIn('ReplicaSet'),
    deployment.metadata.namespace,
    body,
    CONTROLLER,
  ) as ReplicaSet;
}

function change(cluster: Cluster, set: ReplicaSet, alter: (live: ReplicaSet) => unknown): ReplicaSet {
  const { namespace, name } = set.metadata;
  const place = { type: builtIn('ReplicaSet'), namespace, name };
  const kind = { verb: 'update', managed: 'tracked' } as const;
  return cluster.writes.update(place, (live) => alter(live as ReplicaSet), CONTROLLER, kind) as ReplicaSet;
}

function annotationsFor(
  deployment: Deployment,
  set: ReplicaSet | undefined,
  revision: number,
): Record<string, string> {
  const annotations: Record<string, string> = {};
  for (const [name, value] of Object.entries(set?.metadata.annotations ?? {})) {
    if (NOT_COPIED.has(name)) annotations[name] = value;
  }
  for (const [name, value] of Object.entries(deployment.metadata.annotations ?? {})) {
    if (!NOT_COPIED.has(name)) annotations[name] = value;
  }
  const before = annotations[REVISION];
  if (before !== undefined && Number(before) !== revision) {
    annotations[HISTORY] = [annotations[HISTORY], before].filter((text) => text !== undefined).join(',');
  }
  annotations[REVISION] = String(revision);
  return annotations;
}

function sameTemplate(ofSet: PodTemplate, wanted: PodTemplate): boolean {
  const { [HASH_LABEL]: _, ...labels } = ofSet.metadata?.labels ?? {};
  return same(
    { ...ofSet, metadata: { ...ofSet.metadata, labels } },
    {
      ...wanted,
      metadata: { ...wanted.metadata, labels: wanted.metadata?.labels ?? {} },
    },
  );
}
