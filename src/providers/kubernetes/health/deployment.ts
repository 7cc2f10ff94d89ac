import { failure } from '../../../shared/domain/failures.js';
import { nameOf, type KubeObject } from '../object.js';
import { countAt, numberAt, valueAt } from '../watch/fields.js';
import { conditionOf, conditionText } from './condition.js';
import { refOf } from './gate.js';
import {
  degraded,
  healthy,
  progressing,
  suspended,
  type Health,
  type HealthContext,
  type Written,
} from './health.js';
import { newReplicaSet } from './new-revision.js';

/** "No deadline" of Kubernetes is this number of seconds (API reference of DeploymentSpec). */
const NO_DEADLINE = 2_147_483_647;

/**
 * Healthy when every wanted pod runs the new template and is available, no old pod is left, and the controller says
 * so too. Whether the new pods can ever come up is judged from the pods, not here.
 */
export function deploymentHealth(deployment: KubeObject, { written, around }: HealthContext): Health {
  if (valueAt(deployment, 'spec', 'paused') === true) {
    return suspended('it is paused; its pods stay as they are until it is resumed');
  }
  const late = deadlineExceeded(deployment, written);
  if (late) return late;
  const replicas = numberAt(deployment, 'spec', 'replicas') ?? 1;
  const waiting = countsWaiting(deployment, replicas);
  if (waiting !== undefined) return progressing(waiting);
  if (replicas === 0) return healthy('it is scaled to zero', 'it is scaled to zero: no pod runs');
  if (!newReplicaSet(deployment, around.owned('ReplicaSet'))) {
    return progressing('the ReplicaSet of the new template is not seen yet');
  }
  return conditionsWaiting(deployment) ?? healthy(`${replicas} of ${replicas} pods are new and available`);
}

/** The condition may be left from an earlier rollout: the controller does not clear it at once. */
function deadlineExceeded(deployment: KubeObject, written: Written): Health | undefined {
  const condition = conditionOf(deployment, 'Progressing');
  if (condition?.reason !== 'ProgressDeadlineExceeded') return undefined;
  const isStale = Date.parse(condition.lastUpdateTime ?? '') < Date.parse(written.at ?? '');
  if (isStale) return progressing('its rollout has just begun');
  const seconds = countAt(deployment, 'spec', 'progressDeadlineSeconds');
  const text = `${nameOf(refOf(deployment))} made no progress for ${seconds || 600} s: ${condition.message}`;
  return degraded(failure('k8s.rollout-stuck', text));
}

function countsWaiting(deployment: KubeObject, replicas: number): string | undefined {
  const [all, updated, available, ready] = [
    'replicas',
    'updatedReplicas',
    'availableReplicas',
    'readyReplicas',
  ].map((name) => countAt(deployment, 'status', name)) as [number, number, number, number];
  if (updated < replicas) return `${updated} of ${replicas} pods are new`;
  if (all > updated) return `${all - updated} old pods are still there`;
  if (ready < replicas) return `${ready} of ${replicas} pods are ready`;
  if (available < replicas) return `${available} of ${replicas} pods are available`;
  return undefined;
}

function conditionsWaiting(deployment: KubeObject): Health | undefined {
  const available = conditionOf(deployment, 'Available');
  if (available?.status !== 'True') {
    return progressing(available ? conditionText(available) : 'it does not say yet that it is available');
  }
  const deadline = numberAt(deployment, 'spec', 'progressDeadlineSeconds') ?? NO_DEADLINE;
  const progress = conditionOf(deployment, 'Progressing');
  if (deadline === NO_DEADLINE || progress?.reason === 'NewReplicaSetAvailable') return undefined;
  return progressing(progress ? conditionText(progress) : 'it does not say yet that its rollout is complete');
}
