import { ApiError } from '../api-error.js';
import type { Cluster } from '../cluster.js';
import { keyOf, ownedBy, timestamp, type Condition } from '../objects.js';
import { builtIn } from '../registry/registry.js';
import { CONTROLLER } from '../writes/write-call.js';
import { conditionOf, isActive, isReady, type Pod, type ReplicaSet } from '../workloads.js';
import type { Readiness } from './availability.js';
import { ownedPods, ownerKey } from './owned-pods.js';
import { createWorkQueue } from './work-queue.js';

const POD = builtIn('Pod');
const REPLICA_SET = builtIn('ReplicaSet');
const FROM = 'replicaset-controller';
/** Pods that one reconciliation creates at most. */
const BURST = 500;

/** Keeps as many pods as every ReplicaSet wants. */
export function startReplicaSetController(cluster: Cluster, readiness: Readiness): void {
  const queue = createWorkQueue(cluster, reconcile);

  function reconcile(key: string): void {
    const set = cluster.store.collection('replicasets.apps').get(key) as ReplicaSet | undefined;
    if (set === undefined) return queue.forget(key);
    const pods = ownedPods(cluster, set, set.spec.selector).filter(isActive);
    let problem: string | undefined;
    if (set.metadata.deletionTimestamp === undefined) {
      problem = createMissing(cluster, set, set.spec.replicas - pods.length);
      removeSurplus(cluster, set, pods, pods.length - set.spec.replicas);
    }
    if (problem === undefined) queue.forget(key);
    else queue.retry(key);
    writeStatus(set, pods, problem);
  }

  function writeStatus(set: ReplicaSet, seen: Pod[], problem: string | undefined): void {
    const pods = seen.filter((pod) => cluster.store.has(pod.metadata.uid));
    const { available, nextMs } = readiness.availableAt(pods, set.spec.minReadySeconds ?? 0);
    if (nextMs !== undefined) queue.addAfter(keyOf(set), nextMs);
    const conditions = failureConditions(set, problem);
    const ready = pods.filter(isReady).length;
    cluster.writes.setStatus(
      REPLICA_SET,
      set,
      {
        replicas: pods.length,
        ...(pods.length === 0 ? {} : { fullyLabeledReplicas: pods.length }),
        ...(ready === 0 ? {} : { readyReplicas: ready }),
        ...(available === 0 ? {} : { availableReplicas: available }),
        observedGeneration: set.metadata.generation ?? 1,
        ...(conditions.length === 0 ? {} : { conditions }),
      },
      CONTROLLER,
    );
  }

  cluster.store.listen(({ collection, object, previous, type }) => {
    if (collection === 'replicasets.apps' && type !== 'DELETED') queue.add(keyOf(object));
    if (collection !== 'pods') return;
    for (const state of [object, previous]) {
      const key = state === undefined ? undefined : ownerKey(state, 'ReplicaSet');
      if (key !== undefined) queue.add(key);
    }
  });
}

/** Orders pods by how little is lost when they go: unbound, not running, not ready, youngest first. */
export function bySmallestLoss(a: Pod, b: Pod): number {
  return worth(a) - worth(b) || b.metadata.creationTimestamp.localeCompare(a.metadata.creationTimestamp);
}

function createMissing(cluster: Cluster, set: ReplicaSet, missing: number): string | undefined {
  for (let count = 0; count < Math.min(missing, BURST); count++) {
    try {
      const { template } = set.spec;
      const metadata = {
        ...template.metadata,
        generateName: `${set.metadata.name}-`,
        ownerReferences: [ownedBy(set)],
      };
      const pod = cluster.writes.create(POD, set.metadata.namespace, { ...template, metadata }, CONTROLLER);
      const message = `Created pod: ${pod.metadata.name}`;
      cluster.events.record(set, { type: 'Normal', reason: 'SuccessfulCreate', message, from: FROM });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const message = `Error creating: ${error.message}`;
      cluster.events.record(set, { type: 'Warning', reason: 'FailedCreate', message, from: FROM });
      return error.message;
    }
  }
  return undefined;
}

function removeSurplus(cluster: Cluster, set: ReplicaSet, pods: Pod[], surplus: number): void {
  if (surplus <= 0) return;
  for (const pod of pods.toSorted(bySmallestLoss).slice(0, surplus)) {
    const { name, namespace } = pod.metadata;
    cluster.remove({ type: POD, namespace, name }, { propagation: 'Background' }, CONTROLLER);
    const message = `Deleted pod: ${name}`;
    cluster.events.record(set, { type: 'Normal', reason: 'SuccessfulDelete', message, from: FROM });
  }
}

function failureConditions(set: ReplicaSet, problem: string | undefined): Condition[] {
  const others = (set.status.conditions ?? []).filter((condition) => condition.type !== 'ReplicaFailure');
  if (problem === undefined) return others;
  const old = conditionOf(set.status.conditions, 'ReplicaFailure');
  const lastTransitionTime = old?.lastTransitionTime ?? timestamp();
  const failure = {
    type: 'ReplicaFailure',
    status: 'True',
    reason: 'FailedCreate',
    message: old?.message ?? problem,
  };
  return [...others, { ...failure, lastTransitionTime }];
}

function worth(pod: Pod): number {
  if (pod.spec.nodeName === undefined) return 0;
  if (pod.status.phase === 'Pending') return 1;
  return isReady(pod) ? 3 : 2;
}
