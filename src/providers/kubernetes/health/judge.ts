import { groupOf } from '../watch/object-path.js';
import type { KubeObject } from '../object.js';
import { appliedHealth } from './applied.js';
import { claimHealth } from './persistent-volume-claim.js';
import { customResourceHealth } from './custom-resource.js';
import { daemonSetHealth } from './daemon-set.js';
import { definitionHealth } from './custom-resource-definition.js';
import { deploymentHealth } from './deployment.js';
import { disruptionBudgetHealth } from './pod-disruption-budget.js';
import { gate } from './gate.js';
import type { Health, HealthContext, Judge } from './health.js';
import { autoscalerHealth } from './horizontal-pod-autoscaler.js';
import { ingressHealth } from './ingress.js';
import { jobHealth } from './job.js';
import { podHealth } from './pod.js';
import { replicaSetHealth } from './replica-set.js';
import { serviceHealth } from './service.js';
import { statefulSetHealth } from './stateful-set.js';

/** The judge of each kind, by group and kind. Everything else is judged by its conditions. */
const JUDGES: Readonly<Record<string, Judge>> = {
  'apps/Deployment': deploymentHealth,
  'apps/StatefulSet': statefulSetHealth,
  'apps/DaemonSet': daemonSetHealth,
  'apps/ReplicaSet': replicaSetHealth,
  '/Pod': podHealth,
  'batch/Job': jobHealth,
  'batch/CronJob': appliedHealth,
  '/Service': serviceHealth,
  'networking.k8s.io/Ingress': ingressHealth,
  '/PersistentVolumeClaim': claimHealth,
  'autoscaling/HorizontalPodAutoscaler': autoscalerHealth,
  'policy/PodDisruptionBudget': disruptionBudgetHealth,
  'apiextensions.k8s.io/CustomResourceDefinition': definitionHealth,
};

/** Groups whose other kinds have no state of their own, such as ConfigMap or Role. */
const STATELESS = new Set([
  '',
  'apps',
  'batch',
  'rbac.authorization.k8s.io',
  'networking.k8s.io',
  'policy',
  'scheduling.k8s.io',
  'storage.k8s.io',
  'admissionregistration.k8s.io',
  'coordination.k8s.io',
  'discovery.k8s.io',
]);

/** Whether a kind is healthy as soon as it is applied, so that nobody needs to watch it. */
export function isStateless(apiVersion: string, kind: string): boolean {
  const group = groupOf(apiVersion);
  return JUDGES[`${group}/${kind}`] === undefined && STATELESS.has(group);
}

/** Judges an object that exists. */
export function judge(object: KubeObject, context: HealthContext): Health {
  const { apiVersion, kind } = object;
  const known = JUDGES[`${groupOf(apiVersion)}/${kind}`] ?? otherJudge(apiVersion, kind);
  return gate(object, context.written) ?? known(object, context);
}

function otherJudge(apiVersion: string, kind: string): Judge {
  return isStateless(apiVersion, kind) ? appliedHealth : customResourceHealth;
}
