import type { Cluster } from './cluster.js';
import { hostAddress } from './kubelet/node-address.js';
import { builtIn } from './registry/registry.js';
import { CONTROLLER } from './writes/write-call.js';

/** Puts into a new cluster what every cluster has: nodes, namespaces, a default storage class. */
export function furnish(cluster: Cluster, namespaces: readonly string[]): void {
  const { writes, settings } = cluster;
  for (let number = 1; number <= settings.nodes; number++) addNode(cluster, `node-${number}`);
  for (const name of ['default', 'kube-system', ...namespaces]) {
    writes.create(builtIn('Namespace'), undefined, { metadata: { name } }, CONTROLLER);
  }
  const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
  const standard = { metadata: { name: 'standard', annotations }, provisioner: 'sim.beanpod.dev/disk' };
  writes.create(builtIn('StorageClass'), undefined, standard, CONTROLLER);
}

function addNode(cluster: Cluster, name: string): void {
  const labels = {
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
    'kubernetes.io/arch': 'amd64',
  };
  const node = cluster.writes.create(builtIn('Node'), undefined, { metadata: { name, labels } }, CONTROLLER);
  const resources = { cpu: '16', memory: '64Gi', pods: '10000' };
  const status = {
    capacity: resources,
    allocatable: resources,
    addresses: [{ type: 'InternalIP', address: hostAddress(name) }],
    conditions: [
      { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' },
    ],
    nodeInfo: {
      kubeletVersion: 'v1.32.0',
      osImage: 'Simulated Linux',
      architecture: 'amd64',
      operatingSystem: 'linux',
    },
  };
  cluster.writes.setStatus(builtIn('Node'), node, status, CONTROLLER);
}
