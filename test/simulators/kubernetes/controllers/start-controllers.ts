import type { Cluster } from '../cluster.js';
import { startKubelet, type Kubelet } from '../kubelet/kubelet.js';
import { startScheduler } from '../kubelet/scheduler.js';
import { trackReadiness } from './availability.js';
import { startDeploymentController } from './deployment.js';
import { startGarbageCollector } from './garbage-collector.js';
import { startNamespaceController } from './namespaces.js';
import { startReplicaSetController } from './replica-set.js';

/** Starts everything that moves objects without being asked; returns the kubelet, which keeps the logs. */
export function startControllers(cluster: Cluster): Kubelet {
  const readiness = trackReadiness(cluster);
  startNamespaceController(cluster);
  startGarbageCollector(cluster);
  startDeploymentController(cluster);
  startReplicaSetController(cluster, readiness);
  startScheduler(cluster);
  return startKubelet(cluster);
}
