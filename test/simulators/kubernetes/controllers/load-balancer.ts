import type { Cluster } from '../cluster.js';
import { at, listAt } from '../json.js';
import { keyOf, type KubeObject } from '../objects.js';
import { builtIn } from '../registry/registry.js';
import type { ResourceType } from '../registry/resource-type.js';
import { CONTROLLER } from '../writes/write-call.js';

/** Gives LoadBalancer services and Ingresses their address after a delay; documentation addresses, never real ones. */
export function startLoadBalancerController(cluster: Cluster): void {
  let next = 1;
  const pending = new Set<string>();

  function publish(type: ResourceType, collection: string, key: string, uid: string): void {
    pending.delete(uid);
    const object = cluster.store.collection(collection).get(key);
    if (object?.metadata.uid !== uid || !wantsAddress(object)) return;
    next += 1;
    const status = { loadBalancer: { ingress: [{ ip: `203.0.113.${next % 256}`, ipMode: 'VIP' }] } };
    cluster.writes.setStatus(type, object, status, CONTROLLER);
    if (type.kind !== 'Service') return;
    const message = 'Ensured load balancer';
    cluster.events.record(object, {
      type: 'Normal',
      reason: 'EnsuredLoadBalancer',
      message,
      from: 'service-controller',
    });
  }

  cluster.store.listen(({ collection, object, type: change }) => {
    const kind = { services: 'Service', 'ingresses.networking.k8s.io': 'Ingress' }[collection];
    const { uid } = object.metadata;
    if (kind === undefined || change === 'DELETED' || pending.has(uid) || !wantsAddress(object)) return;
    pending.add(uid);
    if (kind === 'Service') {
      const message = 'Ensuring load balancer';
      const text = {
        type: 'Normal',
        reason: 'EnsuringLoadBalancer',
        message,
        from: 'service-controller',
      } as const;
      cluster.events.record(object, text);
    }
    cluster.clock.after(cluster.settings.loadBalancerMs, () =>
      publish(builtIn(kind), collection, keyOf(object), uid),
    );
  });
}

function wantsAddress(object: KubeObject): boolean {
  const hasOne = listAt(object, 'status', 'loadBalancer', 'ingress').length > 0;
  return !hasOne && (object.kind === 'Ingress' || at(object, 'spec', 'type') === 'LoadBalancer');
}
