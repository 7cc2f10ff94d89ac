import type { Cluster } from '../cluster.js';
import { scaledValue } from '../quantity.js';
import type { Deployment, ReplicaSet } from '../workloads.js';
import { noteSize, notedSize, resize } from './replica-sets-of.js';

/** How far a rollout may go above and below the wanted number of pods. */
export interface Room {
  surge: number;
  unavailable: number;
}

/** The room that a strategy leaves; never none at all, as that could not make progress. */
export function roomOf(deployment: Deployment): Room {
  const { replicas, strategy } = deployment.spec;
  if (strategy.type === 'Recreate') return { surge: 0, unavailable: replicas };
  const surge = scaledValue(strategy.rollingUpdate?.maxSurge, replicas, 'up');
  const unavailable = scaledValue(strategy.rollingUpdate?.maxUnavailable, replicas, 'down');
  return surge === 0 && unavailable === 0
    ? { surge: 0, unavailable: 1 }
    : { surge, unavailable: Math.min(unavailable, replicas) };
}

/** Moves a rolling update one step on. */
export function stepRollingUpdate(
  cluster: Cluster,
  deployment: Deployment,
  current: ReplicaSet,
  old: ReplicaSet[],
): void {
  const room = roomOf(deployment);
  const grown = growCurrent(cluster, deployment, current, old, room);
  shrinkOld(cluster, deployment, grown, old, room);
}

/** Moves a Recreate rollout one step on: all old pods end before the first new one starts. */
export function stepRecreate(
  cluster: Cluster,
  deployment: Deployment,
  current: ReplicaSet | undefined,
  old: ReplicaSet[],
  oldPods: number,
): ReplicaSet | undefined {
  for (const set of old) scale(cluster, deployment, set, 0);
  if (oldPods > 0 || current === undefined) return current;
  return scale(cluster, deployment, current, deployment.spec.replicas);
}

/** After a change of spec.replicas: the only active ReplicaSet takes the new size, several share it in proportion. */
export function followSize(cluster: Cluster, deployment: Deployment, sets: ReplicaSet[]): void {
  const active = sets.filter((set) => set.spec.replicas > 0);
  const [only] = active;
  if (only === undefined) return;
  if (active.length === 1) return void scale(cluster, deployment, only, deployment.spec.replicas);
  const total = sum(active);
  const allowed = deployment.spec.replicas === 0 ? 0 : deployment.spec.replicas + roomOf(deployment).surge;
  let left = allowed - total;
  for (const set of active.toSorted((a, b) => b.spec.replicas - a.spec.replicas)) {
    const share = Math.round((set.spec.replicas * allowed) / total) - set.spec.replicas;
    const step = left >= 0 ? Math.min(share, left) : Math.max(share, left);
    scale(cluster, deployment, set, Math.max(0, set.spec.replicas + step));
    left -= step;
  }
}

/** Tells whether spec.replicas changed since the ReplicaSets were last sized. */
export function isSizeChange(deployment: Deployment, sets: ReplicaSet[]): boolean {
  return sets.some((set) => {
    const noted = notedSize(set);
    return set.spec.replicas > 0 && noted !== undefined && noted !== deployment.spec.replicas;
  });
}

/** Resizes a ReplicaSet and says so. */
export function scale(
  cluster: Cluster,
  deployment: Deployment,
  set: ReplicaSet,
  replicas: number,
): ReplicaSet {
  const before = set.spec.replicas;
  const { surge } = roomOf(deployment);
  const noted = noteSize(cluster, set, deployment.spec.replicas, deployment.spec.replicas + surge);
  if (before === replicas) return noted;
  const resized = resize(cluster, noted, replicas);
  sayScaled(cluster, deployment, resized, before, replicas);
  return resized;
}

/** Records the ScalingReplicaSet event of the server. */
export function sayScaled(
  cluster: Cluster,
  deployment: Deployment,
  set: ReplicaSet,
  from: number,
  to: number,
): void {
  const verb = to > from ? 'Scaled up' : 'Scaled down';
  const message = `${verb} replica set ${set.metadata.name} from ${from} to ${to}`;
  const text = {
    type: 'Normal',
    reason: 'ScalingReplicaSet',
    message,
    from: 'deployment-controller',
  } as const;
  cluster.events.record(deployment, text);
}

function growCurrent(
  cluster: Cluster,
  deployment: Deployment,
  current: ReplicaSet,
  old: ReplicaSet[],
  room: Room,
): ReplicaSet {
  const wanted = deployment.spec.replicas;
  if (current.spec.replicas >= wanted) return scale(cluster, deployment, current, wanted);
  const free = wanted + room.surge - current.spec.replicas - sum(old);
  if (free <= 0) return scale(cluster, deployment, current, current.spec.replicas);
  return scale(cluster, deployment, current, Math.min(wanted, current.spec.replicas + free));
}

function shrinkOld(
  cluster: Cluster,
  deployment: Deployment,
  current: ReplicaSet,
  old: ReplicaSet[],
  room: Room,
): void {
  const least = deployment.spec.replicas - room.unavailable;
  const unready = current.spec.replicas - (current.status.availableReplicas ?? 0);
  let budget = sum(old) + current.spec.replicas - least - unready;
  if (budget <= 0) return;
  const shrunk = old.map((set) => {
    // Pods that serve nobody go first: they cost no availability.
    const idle = set.spec.replicas - (set.status.availableReplicas ?? 0);
    const drop = Math.min(idle, budget);
    budget -= Math.max(0, drop);
    return drop > 0 ? scale(cluster, deployment, set, set.spec.replicas - drop) : set;
  });
  let available = shrunk.reduce((count, set) => count + (set.status.availableReplicas ?? 0), 0);
  available += current.status.availableReplicas ?? 0;
  let spare = available - least;
  for (const set of shrunk) {
    const drop = Math.min(set.spec.replicas, spare);
    if (drop <= 0) continue;
    scale(cluster, deployment, set, set.spec.replicas - drop);
    spare -= drop;
  }
}

function sum(sets: ReplicaSet[]): number {
  return sets.reduce((count, set) => count + set.spec.replicas, 0);
}
