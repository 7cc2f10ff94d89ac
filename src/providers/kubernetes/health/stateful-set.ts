import type { KubeObject } from '../object.js';
import { countAt, numberAt, textAt } from '../watch/fields.js';
import { healthy, progressing, type Health } from './health.js';

/**
 * Healthy when the pods that the update strategy wants new are new, and all are ready. A partition keeps the pods
 * below it old on purpose; `OnDelete` leaves the update of every pod to people.
 */
export function statefulSetHealth(statefulSet: KubeObject): Health {
  const replicas = numberAt(statefulSet, 'spec', 'replicas') ?? 1;
  const [all, ready, updated] = ['replicas', 'readyReplicas', 'updatedReplicas'].map((name) =>
    countAt(statefulSet, 'status', name),
  ) as [number, number, number];
  if (all > replicas) return progressing(`${all - replicas} pods too many are still there`);
  if (replicas === 0) return healthy('it is scaled to zero', 'it is scaled to zero: no pod runs');
  if (ready < replicas) return progressing(`${ready} of ${replicas} pods are ready`);
  const { type, partition } = strategyOf(statefulSet);
  if (type === 'OnDelete') return onDelete(replicas, updated);
  const wanted = Math.max(0, replicas - partition);
  if (updated < wanted) return progressing(`${updated} of ${wanted} pods are new`);
  const minReady = countAt(statefulSet, 'spec', 'minReadySeconds');
  const available = countAt(statefulSet, 'status', 'availableReplicas');
  if (minReady > 0 && available < replicas)
    return progressing(`${available} of ${replicas} pods are available`);
  if (partition > 0) {
    const kept = replicas - wanted;
    return healthy(
      `${wanted} pods are new and ready`,
      kept > 0 ? `${kept} pods stay old: partition` : undefined,
    );
  }
  // With a partition the revisions differ for good; without one they become equal at the end of the update.
  const [current, update] = ['currentRevision', 'updateRevision'].map((name) =>
    textAt(statefulSet, 'status', name),
  );
  if (current !== update) return progressing(`the update to revision ${update ?? '?'} is not complete`);
  return healthy(`${replicas} of ${replicas} pods are new and ready`);
}

function onDelete(replicas: number, updated: number): Health {
  const old = Math.max(0, replicas - updated);
  const warning = `${old} pods are still old; delete them to update them (OnDelete)`;
  return healthy(`${replicas} of ${replicas} pods are ready`, old > 0 ? warning : undefined);
}

function strategyOf(statefulSet: KubeObject): { type: string; partition: number } {
  return {
    type: textAt(statefulSet, 'spec', 'updateStrategy', 'type') ?? 'RollingUpdate',
    partition: countAt(statefulSet, 'spec', 'updateStrategy', 'rollingUpdate', 'partition'),
  };
}
