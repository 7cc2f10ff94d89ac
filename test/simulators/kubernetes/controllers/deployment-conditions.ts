import { timestamp, type Condition } from '../objects.js';
import { conditionOf, type Deployment, type ReplicaSet } from '../workloads.js';
import { roomOf } from './rolling-update.js';

/** The counters of a Deployment's status. */
export interface Counts {
  replicas: number;
  updated: number;
  ready: number;
  available: number;
}

/** What the conditions depend on besides the counters. */
export interface Facts {
  counts: Counts;
  current: ReplicaSet | undefined;
  sets: readonly ReplicaSet[];
  /** The ReplicaSet of the template was created or taken up again just now. */
  news: 'created' | 'found' | undefined;
  /** No progress was made for longer than the deadline. */
  late: boolean;
  /** The counters moved since the last status. */
  moved: boolean;
}

/** Tells whether the rollout is over: every pod is new and available, and no old one is left. */
export function isComplete(deployment: Deployment, counts: Counts): boolean {
  const { replicas } = deployment.spec;
  return (
    counts.updated === replicas &&
    counts.replicas === replicas &&
    counts.available === replicas &&
    deployment.status.observedGeneration !== undefined
  );
}

/** The conditions of a Deployment, in the words of the deployment controller. */
export function deploymentConditions(deployment: Deployment, facts: Facts): Condition[] {
  const old = deployment.status.conditions;
  let list = replace(old ?? [], available(deployment, facts.counts));
  const progress = progressing(deployment, facts);
  if (progress !== undefined) list = replace(list, progress);
  const failure = facts.sets
    .map((set) => conditionOf(set.status.conditions, 'ReplicaFailure'))
    .find((condition) => condition !== undefined);
  list = list.filter((condition) => condition.type !== 'ReplicaFailure');
  return failure === undefined ? list : replace(list, { ...failure });
}

function available(deployment: Deployment, counts: Counts): Condition {
  const least = deployment.spec.replicas - roomOf(deployment).unavailable;
  return counts.available >= least
    ? condition('Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.')
    : condition(
        'Available',
        'False',
        'MinimumReplicasUnavailable',
        'Deployment does not have minimum availability.',
      );
}

function progressing(deployment: Deployment, facts: Facts): Condition | undefined {
  const old = conditionOf(deployment.status.conditions, 'Progressing');
  const set = facts.current?.metadata.name ?? '';
  if (deployment.spec.paused === true) {
    return condition('Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused');
  }
  if (old?.reason === 'DeploymentPaused') {
    return condition('Progressing', 'Unknown', 'DeploymentResumed', 'Deployment is resumed');
  }
  if (facts.news === 'created') {
    return condition('Progressing', 'True', 'NewReplicaSetCreated', `Created new replica set "${set}"`);
  }
  if (isComplete(deployment, facts.counts)) {
    const message = `ReplicaSet "${set}" has successfully progressed.`;
    return condition('Progressing', 'True', 'NewReplicaSetAvailable', message);
  }
  if (facts.news === 'found') {
    return condition('Progressing', 'True', 'FoundNewReplicaSet', `Found new replica set "${set}"`);
  }
  if (facts.moved) {
    return condition('Progressing', 'True', 'ReplicaSetUpdated', `ReplicaSet "${set}" is progressing.`);
  }
  if (!facts.late || old?.reason === 'NewReplicaSetAvailable') return undefined;
  const message = `ReplicaSet "${set}" has timed out progressing.`;
  return condition('Progressing', 'False', 'ProgressDeadlineExceeded', message);
}

function condition(type: string, status: string, reason: string, message: string): Condition {
  return { type, status, reason, message };
}

// The transition time moves with the status, the update time with every change.
function replace(list: Condition[], next: Condition): Condition[] {
  const old = conditionOf(list, next.type);
  const unchanged = old?.status === next.status && old.reason === next.reason && old.message === next.message;
  if (unchanged && next.reason !== 'ReplicaSetUpdated') return list;
  const now = timestamp();
  const stamped = {
    type: next.type,
    status: next.status,
    lastUpdateTime: now,
    lastTransitionTime: old?.status === next.status ? (old.lastTransitionTime ?? now) : now,
    reason: next.reason ?? '',
    message: next.message ?? '',
  };
  return [...list.filter((known) => known.type !== next.type), stamped];
}
