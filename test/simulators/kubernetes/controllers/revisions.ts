import type { Cluster } from '../cluster.js';
import { at, same } from '../json.js';
import { controllerOf, ownedBy, type KubeObject } from '../objects.js';
import { builtIn } from '../registry/registry.js';
import { CONTROLLER } from '../writes/write-call.js';
import type { PodTemplate } from '../workloads.js';
import { templateHash } from './template-hash.js';

const REVISION = builtIn('ControllerRevision');
const COLLECTION = 'controllerrevisions.apps';

/** The label by which pods of StatefulSets and DaemonSets name their revision. */
export const REVISION_LABEL = 'controller-revision-hash';

/** A stored pod template of a StatefulSet or DaemonSet. */
export interface ControllerRevision extends KubeObject {
  data: { spec: { template: PodTemplate } };
  revision: number;
}

/** The revisions of an owner, oldest first. */
export function revisionsOf(cluster: Cluster, owner: KubeObject): ControllerRevision[] {
  const found: ControllerRevision[] = [];
  for (const { collection, object } of cluster.store.dependents(owner.metadata.uid)) {
    if (collection === COLLECTION && controllerOf(object)?.uid === owner.metadata.uid) {
      found.push(object as ControllerRevision);
    }
  }
  return found.sort((a, b) => a.revision - b.revision);
}

/** Finds or stores the revision of a template; an older one that equals it becomes the newest again. */
export function ensureRevision(
  cluster: Cluster,
  owner: KubeObject,
  template: PodTemplate,
): ControllerRevision {
  const known = revisionsOf(cluster, owner);
  const newest = known.at(-1)?.revision ?? 0;
  const data = { spec: { template: { ...template, $patch: 'replace' } } };
  const equal = known.find((revision) => same(at(revision, 'data'), data));
  if (equal === undefined) return create(cluster, owner, template, data, newest + 1);
  if (equal.revision === newest) return equal;
  const { namespace, name } = equal.metadata;
  const kind = { verb: 'update', managed: 'tracked' } as const;
  const place = { type: REVISION, namespace, name };
  const next = cluster.writes.update(place, (live) => ({ ...live, revision: newest + 1 }), CONTROLLER, kind);
  return next as ControllerRevision;
}

/** Deletes the oldest revisions beyond the limit that nobody uses. */
export function trimRevisions(
  cluster: Cluster,
  owner: KubeObject,
  limit: number,
  used: ReadonlySet<string>,
): void {
  const idle = revisionsOf(cluster, owner).filter((revision) => !used.has(revision.metadata.name));
  for (const { metadata } of idle.slice(0, Math.max(0, idle.length - limit))) {
    const { namespace, name } = metadata;
    cluster.remove({ type: REVISION, namespace, name }, { propagation: 'Background' }, CONTROLLER);
  }
}

function create(
  cluster: Cluster,
  owner: KubeObject,
  template: PodTemplate,
  data: unknown,
  revision: number,
): ControllerRevision {
  const hash = templateHash(template, revision);
  const body = {
    metadata: {
      name: `${owner.metadata.name}-${hash}`,
      labels: { ...template.metadata?.labels, 'controller.kubernetes.io/hash': hash },
      ownerReferences: [ownedBy(owner)],
    },
    data,
    revision,
  };
  return cluster.writes.create(REVISION, owner.metadata.namespace, body, CONTROLLER) as ControllerRevision;
}
