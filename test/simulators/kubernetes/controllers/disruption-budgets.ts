import { ApiError } from '../api-error.js';
import type { Cluster } from '../cluster.js';
import { keyOf, type KubeObject, type LabelSelector } from '../objects.js';
import { scaledValue } from '../quantity.js';
import { builtIn } from '../registry/registry.js';
import { selects } from '../selectors.js';
import { CONTROLLER } from '../writes/write-call.js';
import { isActive, isReady, type Pod } from '../workloads.js';
import { createWorkQueue } from './work-queue.js';

const COLLECTION = 'poddisruptionbudgets.policy';

/** A PodDisruptionBudget. */
interface Budget extends KubeObject {
  spec: { minAvailable?: number | string; maxUnavailable?: number | string; selector?: LabelSelector };
}

/** Keeps the status of PodDisruptionBudgets. */
export function startDisruptionController(cluster: Cluster): void {
  const queue = createWorkQueue(cluster, (key) => {
    const budget = cluster.store.collection(COLLECTION).get(key) as Budget | undefined;
    if (budget === undefined) return;
    const counts = countFor(cluster, budget);
    const status = { observedGeneration: budget.metadata.generation ?? 1, ...counts };
    cluster.writes.setStatus(builtIn('PodDisruptionBudget'), budget, status, CONTROLLER);
  });

  cluster.store.listen(({ collection, object, type }) => {
    if (collection === COLLECTION && type !== 'DELETED') queue.add(keyOf(object));
    if (collection !== 'pods') return;
    for (const budget of cluster.store.collection(COLLECTION).list(object.metadata.namespace))
      queue.add(keyOf(budget));
  });
}

/** Throws 429 when a PodDisruptionBudget does not allow the pod to be evicted now. */
export function admitEviction(cluster: Cluster, pod: Pod): void {
  for (const object of cluster.store.collection(COLLECTION).list(pod.metadata.namespace)) {
    const budget = object as Budget;
    if (
      !selects(budget.spec.selector, pod.metadata.labels) ||
      countFor(cluster, budget).disruptionsAllowed > 0
    )
      continue;
    const message = `Cannot evict pod as it would violate the pod's disruption budget.`;
    const cause = {
      reason: 'DisruptionBudget',
      message: `The disruption budget ${budget.metadata.name} needs more healthy pods`,
      field: '',
    };
    throw new ApiError(429, 'TooManyRequests', message, { causes: [cause] });
  }
}

function countFor(
  cluster: Cluster,
  { spec, metadata }: Budget,
): Record<string, number> & { disruptionsAllowed: number } {
  let expectedPods = 0;
  let currentHealthy = 0;
  for (const object of cluster.store.collection('pods').list(metadata.namespace)) {
    const pod = object as Pod;
    if (!isActive(pod) || !selects(spec.selector, pod.metadata.labels)) continue;
    expectedPods += 1;
    if (isReady(pod)) currentHealthy += 1;
  }
  const desiredHealthy =
    spec.maxUnavailable === undefined
      ? scaledValue(spec.minAvailable ?? 1, expectedPods, 'up')
      : Math.max(0, expectedPods - scaledValue(spec.maxUnavailable, expectedPods, 'up'));
  const disruptionsAllowed = expectedPods === 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy);
  return { currentHealthy, desiredHealthy, disruptionsAllowed, expectedPods };
}
