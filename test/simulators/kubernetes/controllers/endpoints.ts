import type { Cluster } from '../cluster.js';
import { at, fieldsAt, listAt, same, textAt, type Fields } from '../json.js';
import { keyOf, ownedBy, type KubeObject } from '../objects.js';
import { builtIn } from '../registry/registry.js';
import { selects } from '../selectors.js';
import { CONTROLLER } from '../writes/write-call.js';
import { isActive, isReady, type Pod } from '../workloads.js';
import { templateHash } from './template-hash.js';
import { createWorkQueue } from './work-queue.js';

/** Changes of pods are gathered for this long before the addresses of a service are written again. */
const GATHER_MS = 200;
/** Endpoints per slice, the default of the server. */
const SLICE_SIZE = 100;

/** Keeps Endpoints and EndpointSlices of every service that has a selector. */
export function startEndpointsController(cluster: Cluster): void {
  const gathering = new Set<string>();
  const queue = createWorkQueue(cluster, (key) => {
    gathering.delete(key);
    const service = cluster.store.collection('services').get(key);
    const selector = at(service, 'spec', 'selector');
    if (service === undefined || selector === undefined || service.metadata.deletionTimestamp !== undefined)
      return;
    const pods = podsOf(cluster, service, selector as Record<string, string>);
    writeEndpoints(cluster, service, pods);
    writeSlices(cluster, service, pods);
  });

  function addSoon(key: string): void {
    if (gathering.has(key)) return;
    gathering.add(key);
    queue.addAfter(key, GATHER_MS);
  }

  cluster.store.listen(({ collection, object, previous, type }) => {
    if (collection === 'services' && type !== 'DELETED') queue.add(keyOf(object));
    if (collection !== 'pods' || !concerns(object as Pod, previous as Pod | undefined)) return;
    for (const service of cluster.store.collection('services').list(object.metadata.namespace)) {
      const matchLabels = at(service, 'spec', 'selector') as Record<string, string> | undefined;
      if (matchLabels !== undefined && selects({ matchLabels }, object.metadata.labels))
        addSoon(keyOf(service));
    }
  });
}

function concerns(pod: Pod, previous: Pod | undefined): boolean {
  if (previous === undefined) return pod.status.podIP !== undefined;
  return (
    isReady(pod) !== isReady(previous) ||
    pod.status.podIP !== previous.status.podIP ||
    isActive(pod) !== isActive(previous) ||
    pod.metadata.labels !== previous.metadata.labels
  );
}

function podsOf(cluster: Cluster, service: KubeObject, matchLabels: Record<string, string>): Pod[] {
  const [label] = Object.entries(matchLabels);
  if (label === undefined) return [];
  const pods: Pod[] = [];
  for (const object of cluster.store
    .collection('pods')
    .labelled(service.metadata.namespace ?? '', ...label)) {
    const pod = object as Pod;
    const ended = pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed';
    if (!ended && pod.status.podIP !== undefined && selects({ matchLabels }, pod.metadata.labels))
      pods.push(pod);
  }
  return pods.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

function writeEndpoints(cluster: Cluster, service: KubeObject, pods: Pod[]): void {
  const serving = pods.filter((pod) => pod.metadata.deletionTimestamp === undefined);
  const ready = serving.filter(isReady).map(addressOf);
  const notReady = serving.filter((pod) => !isReady(pod)).map(addressOf);
  const subsets =
    serving.length === 0
      ? undefined
      : [
          {
            ...(ready.length === 0 ? {} : { addresses: ready }),
            ...(notReady.length === 0 ? {} : { notReadyAddresses: notReady }),
            ports: portsOf(service, serving[0]),
          },
        ];
  const { name, labels } = service.metadata;
  const metadata = { name, ...(labels === undefined ? {} : { labels }) };
  save(cluster, 'Endpoints', service, { metadata, ...(subsets === undefined ? {} : { subsets }) });
}

function writeSlices(cluster: Cluster, service: KubeObject, pods: Pod[]): void {
  const { name, namespace = '' } = service.metadata;
  const needed = Math.max(1, Math.ceil(pods.length / SLICE_SIZE));
  for (let index = 0; index < needed; index++) {
    const part = pods.slice(index * SLICE_SIZE, (index + 1) * SLICE_SIZE);
    save(cluster, 'EndpointSlice', service, {
      metadata: {
        name: sliceName(service, index),
        labels: {
          ...service.metadata.labels,
          'kubernetes.io/service-name': name,
          'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
        },
        ownerReferences: [ownedBy(service)],
      },
      addressType: 'IPv4',
      endpoints: part.map(endpointOf),
      ports: portsOf(service, part[0]),
    });
  }
  const slices = cluster.store.collection('endpointslices.discovery.k8s.io');
  for (let index = needed; slices.get(`${namespace}/${sliceName(service, index)}`) !== undefined; index++) {
    const place = { type: builtIn('EndpointSlice'), namespace, name: sliceName(service, index) };
    cluster.remove(place, { propagation: 'Background' }, CONTROLLER);
  }
}

function sliceName(service: KubeObject, index: number): string {
  return `${service.metadata.name}-${templateHash(service.metadata.uid, index).slice(0, 5)}`;
}

function addressOf(pod: Pod): Fields {
  return { ip: pod.status.podIP, nodeName: pod.spec.nodeName, targetRef: targetOf(pod) };
}

function endpointOf(pod: Pod): Fields {
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const serving = isReady(pod);
  return {
    addresses: [pod.status.podIP],
    conditions: { ready: serving && !terminating, serving, terminating },
    nodeName: pod.spec.nodeName,
    targetRef: targetOf(pod),
  };
}

function targetOf(pod: Pod): Fields {
  const { name, namespace, uid } = pod.metadata;
  return { kind: 'Pod', namespace, name, uid };
}

function portsOf(service: KubeObject, pod: Pod | undefined): Fields[] {
  return listAt(service, 'spec', 'ports').map((port) => {
    const { name, protocol, targetPort, port: own } = fieldsAt(port);
    return { name: name ?? '', port: portNumber(pod, targetPort ?? own), protocol };
  });
}

function portNumber(pod: Pod | undefined, target: unknown): unknown {
  if (typeof target === 'number') return target;
  for (const container of pod?.spec.containers ?? []) {
    const found = container.ports?.find((port) => port.name === target);
    if (found !== undefined) return found.containerPort;
  }
  return undefined;
}

function save(
  cluster: Cluster,
  kind: 'Endpoints' | 'EndpointSlice',
  service: KubeObject,
  body: Fields,
): void {
  const type = builtIn(kind);
  const { namespace } = service.metadata;
  const name = textAt(body, 'metadata', 'name') ?? '';
  const collection = kind === 'Endpoints' ? 'endpoints' : 'endpointslices.discovery.k8s.io';
  const live = cluster.store.collection(collection).get(`${namespace ?? ''}/${name}`);
  if (live === undefined) {
    cluster.writes.create(type, namespace, body, CONTROLLER);
    return;
  }
  const fields = kind === 'Endpoints' ? ['subsets'] : ['endpoints', 'ports'];
  if (fields.every((field) => same(live[field], body[field]))) return;
  const next: Fields = { ...live };
  for (const field of fields) next[field] = body[field];
  // Written past the write path: with hundreds of addresses, managedFields would cost more than the rest.
  cluster.store.put(collection, next as KubeObject);
}
