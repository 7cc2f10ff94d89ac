import { invalid, type Cause } from '../api-error.js';
import { fieldsAt, isFields, listAt, type Fields } from '../json.js';
import { keyOf, type KubeObject } from '../objects.js';
import { builtIn } from '../registry/registry.js';
import { subjectOf } from '../registry/resource-type.js';
import type { Store } from '../store/store.js';
import { invalidValue } from './validate.js';

/** The default --service-node-port-range of the API server. */
const NODE_PORTS = { first: 30_000, last: 32_767 };

/** Gives a service its cluster IP and node ports in place. Throws 422 for a port that is taken or out of range. */
export function allocateService(store: Store, service: KubeObject, live: KubeObject | undefined): void {
  const spec = fieldsAt(service, 'spec');
  inherit(spec, fieldsAt(live, 'spec'));
  const type = spec['type'];
  if (type === 'ExternalName') return;
  spec['clusterIP'] ??= freeAddress(store);
  spec['clusterIPs'] = [spec['clusterIP']];
  const ports = listAt(spec, 'ports').filter((port) => isFields(port));
  if (type === 'NodePort' || type === 'LoadBalancer') allocatePorts(store, service, ports);
  else for (const port of ports) delete port['nodePort'];
}

// A client that leaves allocated values out of an update means to keep them.
function inherit(spec: Fields, old: Fields): void {
  if (old['clusterIP'] !== undefined && (spec['clusterIP'] === undefined || spec['clusterIP'] === '')) {
    spec['clusterIP'] = old['clusterIP'];
  }
  for (const port of listAt(spec, 'ports')) {
    if (!isFields(port) || port['nodePort'] !== undefined) continue;
    const twin = listAt(old, 'ports').find(
      (candidate) =>
        fieldsAt(candidate)['port'] === port['port'] && fieldsAt(candidate)['protocol'] === port['protocol'],
    );
    const nodePort = fieldsAt(twin)['nodePort'];
    if (nodePort !== undefined) port['nodePort'] = nodePort;
  }
}

function allocatePorts(store: Store, service: KubeObject, ports: Fields[]): void {
  const taken = takenPorts(store, service);
  const causes: Cause[] = [];
  ports.forEach((port, index) => {
    const wanted = port['nodePort'];
    if (typeof wanted !== 'number' || wanted === 0) return;
    const field = `spec.ports[${index}].nodePort`;
    if (wanted < NODE_PORTS.first || wanted > NODE_PORTS.last) {
      const range = `The range of valid ports is ${NODE_PORTS.first}-${NODE_PORTS.last}`;
      causes.push(invalidValue(field, wanted, `provided port is not in the valid range. ${range}`));
    } else if (taken.has(wanted))
      causes.push(invalidValue(field, wanted, 'provided port is already allocated'));
    taken.add(wanted);
  });
  if (causes.length > 0) throw invalid(subjectOf(builtIn('Service'), service.metadata.name), causes);
  let next = NODE_PORTS.first;
  for (const port of ports) {
    if (typeof port['nodePort'] === 'number' && port['nodePort'] !== 0) continue;
    while (taken.has(next)) next += 1;
    port['nodePort'] = next;
    taken.add(next);
  }
}

function takenPorts(store: Store, except: KubeObject): Set<number> {
  const taken = new Set<number>();
  for (const service of store.collection('services').list()) {
    if (keyOf(service) === keyOf(except)) continue;
    for (const port of listAt(service, 'spec', 'ports')) {
      const nodePort = fieldsAt(port)['nodePort'];
      if (typeof nodePort === 'number') taken.add(nodePort);
    }
  }
  return taken;
}

function freeAddress(store: Store): string {
  const taken = new Set<unknown>();
  for (const service of store.collection('services').list())
    taken.add(fieldsAt(service, 'spec')['clusterIP']);
  // 10.96.0.1 belongs to the API server itself.
  for (let number = 2; number < 0x10000; number++) {
    const address = `10.96.${number >> 8}.${number & 0xff}`;
    if (!taken.has(address)) return address;
  }
  throw new Error('no cluster IP is left in 10.96.0.0/16');
}
