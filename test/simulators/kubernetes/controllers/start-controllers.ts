import type { Cluster } from '../cluster.js';
import { startKubelet, type Kubelet } from '../kubelet/kubelet.js';
import { startScheduler } from '../kubelet/scheduler.js';
import { trackReadiness } from './availability.js';
import { startAutoscaler } from './autoscaler.js';
import { startCronJobController } from './cron-job.js';
import { startCustomResourceController } from './custom-resources.js';
import { startDaemonSetController } from './daemon-set.js';
import { startDisruptionController } from './disruption-budgets.js';
import { startEndpointsController } from './endpoints.js';
import { startJobController } from './job.js';
import { startLoadBalancerController } from './load-balancer.js';
import { startQuotaController } from './quota-status.js';
import { startStatefulSetController } from './stateful-set.js';
import { startVolumeClaimController } from './volume-claims.js';
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
  startStatefulSetController(cluster, readiness);
  startDaemonSetController(cluster, readiness);
  startJobController(cluster);
  startCronJobController(cluster);
  startEndpointsController(cluster);
  startLoadBalancerController(cluster);
  startVolumeClaimController(cluster);
  startAutoscaler(cluster);
  startDisruptionController(cluster);
  startQuotaController(cluster);
  startCustomResourceController(cluster);
  startScheduler(cluster);
  return startKubelet(cluster);
}
