import { failure } from '../../../shared/domain/failures.js';
import { nameOf, type KubeObject } from '../object.js';
import { fieldsAt, listAt, textAt } from '../watch/fields.js';
import { refOf } from './gate.js';
import { degraded, healthy, progressing, type Health, type HealthContext } from './health.js';

/** Set to `"false"` on a Service or Ingress whose address nobody should wait for, `"true"` on an Ingress to wait. */
export const AWAIT_ADDRESS = 'beanpod.dev/await-address';
/** Set to `"false"` on a Service that may have no pod behind it. */
export const AWAIT_ENDPOINTS = 'beanpod.dev/await-endpoints';

/** How long a Service may select nothing, in milliseconds: longer than a workload needs to be seen. */
const NOTHING_MS = 60_000;

/** A Service is healthy when traffic sent to it can arrive: it has its address, and a ready pod behind it. */
export function serviceHealth(service: KubeObject, context: HealthContext): Health {
  const type = textAt(service, 'spec', 'type') ?? 'ClusterIP';
  if (type === 'ExternalName') return healthy('it is a name for another host');
  if (type === 'LoadBalancer' && !hasAddress(service)) {
    return progressing('its load balancer has no address yet');
  }
  return endpointsHealth(service, context);
}

function hasAddress(service: KubeObject): boolean {
  return (
    listAt(service, 'status', 'loadBalancer', 'ingress').length > 0 ||
    listAt(service, 'spec', 'externalIPs').length > 0 ||
    service.metadata.annotations?.[AWAIT_ADDRESS] === 'false'
  );
}

function endpointsHealth(service: KubeObject, { around, ages }: HealthContext): Health {
  const selector = fieldsAt(service, 'spec', 'selector') as Readonly<Record<string, string>>;
  if (Object.keys(selector).length === 0) return healthy('it has no selector');
  if (service.metadata.annotations?.[AWAIT_ENDPOINTS] === 'false') return healthy('it is applied');
  const backed = around.backedBy(selector);
  const ready = around.readyAddresses(service.metadata.name ?? '');
  if (ready === undefined) return progressing('its endpoints cannot be seen yet');
  if (ready > 0) return healthy(`${ready} ready addresses are behind it`);
  if (backed === 'no workload') return healthy('it is applied', 'no ready pod is behind it');
  const text = Object.entries(selector).map(([name, value]) => `${name}=${value}`);
  if (backed === 'some') return progressing(`no ready pod with ${text.join(', ')} is behind it`);
  const said = `${nameOf(refOf(service))} selects ${text.join(', ')}, which no pod has`;
  if (ages.of(`${service.metadata.uid}/selects-nothing`) < NOTHING_MS) return progressing(said);
  return degraded(failure('k8s.service-without-pods', said));
}
