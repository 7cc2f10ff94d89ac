import type { KubeObject } from '../object.js';
import { countAt, numberAt } from '../watch/fields.js';
import { conditionOf } from './condition.js';
import { healthy, progressing, type Health } from './health.js';

/** A ReplicaSet that is deployed by itself: healthy when all its pods are available. */
export function replicaSetHealth(replicaSet: KubeObject): Health {
  const replicas = numberAt(replicaSet, 'spec', 'replicas') ?? 1;
  const all = countAt(replicaSet, 'status', 'replicas');
  const available = countAt(replicaSet, 'status', 'availableReplicas');
  const refused = conditionOf(replicaSet, 'ReplicaFailure');
  if (refused?.status === 'True') return progressing(`pods are refused: ${refused.message}`);
  if (all > replicas) return progressing(`${all - replicas} pods too many are still there`);
  if (available < replicas) return progressing(`${available} of ${replicas} pods are available`);
  if (replicas === 0) return healthy('it is scaled to zero', 'it is scaled to zero: no pod runs');
  return healthy(`${available} of ${replicas} pods are available`);
}
