import type { Cluster } from '../cluster.js';
import { keyOf, timestamp, type Namespace } from '../objects.js';
import { builtIn } from '../registry/registry.js';
import { collectionOf } from '../registry/resource-type.js';
import { CONTROLLER } from '../writes/write-call.js';
import { createWorkQueue } from './work-queue.js';

/** An ending namespace is looked at again after this long. */
const AGAIN_MS = 500;

/** Gives every namespace its default contents, and empties the ones that are being deleted. */
export function startNamespaceController(cluster: Cluster): void {
  const { store, writes } = cluster;
  const queue = createWorkQueue(cluster, (name) => {
    const namespace = store.collection('namespaces').get(name);
    if (namespace === undefined) return;
    if (namespace.metadata.deletionTimestamp === undefined) return welcome(namespace);
    if (empty(cluster, namespace)) writes.purge(builtIn('Namespace'), namespace);
    else queue.addAfter(name, AGAIN_MS);
  });

  function welcome(namespace: Namespace): void {
    const { name } = namespace.metadata;
    if (namespace.status?.phase !== 'Active') {
      writes.setStatus(builtIn('Namespace'), namespace, { phase: 'Active' }, CONTROLLER);
    }
    if (store.collection('serviceaccounts').get(`${name}/default`) === undefined) {
      writes.create(builtIn('ServiceAccount'), name, { metadata: { name: 'default' } }, CONTROLLER);
    }
    if (store.collection('configmaps').get(`${name}/kube-root-ca.crt`) === undefined) {
      const body = { metadata: { name: 'kube-root-ca.crt' }, data: { 'ca.crt': '' } };
      writes.create(builtIn('ConfigMap'), name, body, CONTROLLER);
    }
  }

  store.listen(({ collection, type, object }) => {
    if (collection === 'namespaces' && type !== 'DELETED') queue.add(object.metadata.name);
  });
}

// Returns whether nothing is left; what holds the rest up is told in the conditions.
function empty(cluster: Cluster, namespace: Namespace): boolean {
  const { name } = namespace.metadata;
  const held: string[] = [];
  const collections = new Set(
    cluster.registry
      .all()
      .filter((type) => type.namespaced)
      .map(collectionOf),
  );
  for (const collection of collections) {
    const type = cluster.registry.all().find((candidate) => collectionOf(candidate) === collection);
    if (type === undefined) continue;
    const contents = Array.from(cluster.store.collection(collection).list(name));
    for (const object of contents) {
      if (object.metadata.deletionTimestamp === undefined) {
        const place = { type, namespace: name, name: object.metadata.name };
        cluster.remove(place, { propagation: 'Background' }, CONTROLLER);
      }
      if (cluster.store.collection(collection).get(keyOf(object)) !== undefined)
        held.push(`${collection} ${keyOf(object)}`);
    }
  }
  if (held.length === 0) return true;
  const condition = {
    type: 'NamespaceContentRemaining',
    status: 'True',
    reason: 'SomeResourcesRemain',
    message: `Some resources are remaining: ${held.slice(0, 5).join(', ')}`,
    lastTransitionTime: timestamp(),
  };
  const old = namespace.status?.conditions?.[0];
  if (old?.message !== condition.message) {
    const status = { phase: 'Terminating', conditions: [condition] };
    cluster.writes.setStatus(builtIn('Namespace'), namespace, status, CONTROLLER);
  }
  return false;
}
