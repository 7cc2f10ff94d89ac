import type { Cluster } from '../cluster.js';
import { keyOf, type KubeObject } from '../objects.js';
import type { ResourceType } from '../registry/resource-type.js';
import { typeOf } from '../registry/registry.js';
import { CONTROLLER } from '../writes/write-call.js';
import { FOREGROUND, ORPHAN } from '../writes/deletion.js';
import { createWorkQueue } from './work-queue.js';

/** Deletes what has lost its last owner, and carries out foreground and orphan deletion. */
export function startGarbageCollector(cluster: Cluster): void {
  const { store } = cluster;
  const orphaned = createWorkQueue(cluster, (uid) => {
    for (const { object } of store.dependents(uid)) dropOwner(cluster, object, uid);
  });
  const held = createWorkQueue(cluster, (locator) => {
    const [collection = '', key = ''] = locator.split(' ');
    const owner = store.collection(collection).get(key);
    if (owner !== undefined) release(cluster, owner);
  });

  /** Owners that wait for their dependents, by uid. */
  const waiting = new Map<string, string>();

  store.listen(({ type, collection, object, previous }) => {
    const { uid, deletionTimestamp, ownerReferences = [] } = object.metadata;
    if (type === 'DELETED') {
      waiting.delete(uid);
      orphaned.add(uid);
      for (const owner of previous?.metadata.ownerReferences ?? []) lookAgain(owner.uid);
      return;
    }
    if (deletionTimestamp !== undefined && isHeldForDependents(object)) {
      waiting.set(uid, `${collection} ${keyOf(object)}`);
      lookAgain(uid);
    }
    // An owner that does not exist, or no longer, condemns what is created under it.
    if (type === 'MODIFIED') return;
    for (const owner of ownerReferences) if (!store.has(owner.uid)) orphaned.add(owner.uid);
  });

  function lookAgain(uid: string): void {
    const locator = waiting.get(uid);
    if (locator !== undefined) held.add(locator);
  }
}

function isHeldForDependents(object: KubeObject): boolean {
  const { finalizers = [] } = object.metadata;
  return finalizers.includes(FOREGROUND) || finalizers.includes(ORPHAN);
}

function dropOwner(cluster: Cluster, object: KubeObject, uid: string): void {
  const type = typeOf(cluster.registry, object);
  if (type === undefined) return;
  const others = (object.metadata.ownerReferences ?? []).filter((owner) => owner.uid !== uid);
  if (others.some((owner) => cluster.store.has(owner.uid))) return setOwners(cluster, type, object, others);
  if (object.metadata.deletionTimestamp !== undefined) return;
  const { namespace, name } = object.metadata;
  cluster.remove({ type, namespace, name }, { propagation: 'Background' }, CONTROLLER);
}

function release(cluster: Cluster, owner: KubeObject): void {
  const type = typeOf(cluster.registry, owner);
  if (type === undefined) return;
  const dependents = cluster.store.dependents(owner.metadata.uid);
  if (owner.metadata.finalizers?.includes(ORPHAN) === true) {
    for (const { object } of dependents) {
      const dependent = typeOf(cluster.registry, object);
      const others = (object.metadata.ownerReferences ?? []).filter(
        (link) => link.uid !== owner.metadata.uid,
      );
      if (dependent !== undefined) setOwners(cluster, dependent, object, others);
    }
    return dropFinalizer(cluster, type, owner, ORPHAN);
  }
  for (const { object } of dependents) {
    const dependent = typeOf(cluster.registry, object);
    if (dependent === undefined || object.metadata.deletionTimestamp !== undefined) continue;
    const { namespace, name } = object.metadata;
    cluster.remove({ type: dependent, namespace, name }, { propagation: 'Foreground' }, CONTROLLER);
  }
  const blocking = cluster.store
    .dependents(owner.metadata.uid)
    .some(({ object }) =>
      object.metadata.ownerReferences?.some(
        (link) => link.uid === owner.metadata.uid && link.blockOwnerDeletion,
      ),
    );
  if (!blocking) dropFinalizer(cluster, type, owner, FOREGROUND);
}

function setOwners(
  cluster: Cluster,
  type: ResourceType,
  object: KubeObject,
  ownerReferences: KubeObject['metadata']['ownerReferences'],
): void {
  const { namespace, name } = object.metadata;
  const change = (live: KubeObject): unknown => ({
    ...live,
    metadata: { ...live.metadata, ownerReferences },
  });
  cluster.writes.update({ type, namespace, name }, change, CONTROLLER, {
    verb: 'update',
    managed: 'tracked',
  });
}

function dropFinalizer(cluster: Cluster, type: ResourceType, object: KubeObject, finalizer: string): void {
  const { namespace, name } = object.metadata;
  const change = (live: KubeObject): unknown => {
    const finalizers = (live.metadata.finalizers ?? []).filter((held) => held !== finalizer);
    return { ...live, metadata: { ...live.metadata, finalizers } };
  };
  cluster.writes.update({ type, namespace, name }, change, CONTROLLER, {
    verb: 'update',
    managed: 'tracked',
  });
}
