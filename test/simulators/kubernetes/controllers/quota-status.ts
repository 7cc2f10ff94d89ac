import type { Cluster } from '../cluster.js';
import { show, usageOf, type ResourceQuota } from '../admission/quota.js';
import { keyOf } from '../objects.js';
import { builtIn } from '../registry/registry.js';
import { CONTROLLER } from '../writes/write-call.js';
import { createWorkQueue } from './work-queue.js';

/** Changes are gathered for this long before usage is counted again. */
const GATHER_MS = 200;

/** Keeps status.used of every ResourceQuota. */
export function startQuotaController(cluster: Cluster): void {
  const { store } = cluster;
  const gathering = new Set<string>();
  const queue = createWorkQueue(cluster, (key) => {
    gathering.delete(key);
    const quota = store.collection('resourcequotas').get(key);
    if (quota === undefined) return;
    const hard = (quota as ResourceQuota).spec?.hard ?? {};
    const namespace = quota.metadata.namespace ?? '';
    const used = Object.fromEntries(
      Object.keys(hard).map((name) => [name, show(name, usageOf(store, namespace, name))]),
    );
    cluster.writes.setStatus(builtIn('ResourceQuota'), quota, { hard, used }, CONTROLLER);
  });

  store.listen(({ collection, object, type }) => {
    if (collection === 'resourcequotas' && type !== 'DELETED') queue.add(keyOf(object));
    if (collection === 'events' || object.metadata.namespace === undefined) return;
    for (const quota of store.collection('resourcequotas').list(object.metadata.namespace)) {
      const key = keyOf(quota);
      if (gathering.has(key)) continue;
      gathering.add(key);
      queue.addAfter(key, GATHER_MS);
    }
  });
}
