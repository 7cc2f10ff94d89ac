import type { Cluster } from '../cluster.js';
import { controllerOf, keyOf } from '../objects.js';
import { builtIn } from '../registry/registry.js';
import { CONTROLLER } from '../writes/write-call.js';
import { conditionOf, type Deployment, type ReplicaSet } from '../workloads.js';
import { deploymentConditions, isComplete, type Counts } from './deployment-conditions.js';
import { ensureCurrent, REVISION, replicaSetsOf, revisionOf, type ReplicaSetsOf } from './replica-sets-of.js';
import {
  followSize,
  isSizeChange,
  roomOf,
  sayScaled,
  scale,
  stepRecreate,
  stepRollingUpdate,
} from './rolling-update.js';
import { createWorkQueue } from './work-queue.js';
import { ownerKey } from './owned-pods.js';

const DEPLOYMENT = builtIn('Deployment');

/** Rolls Deployments out through ReplicaSets. */
export function startDeploymentController(cluster: Cluster): void {
  /** Simulated time of the last progress, by uid. */
  const progressAt = new Map<string, number>();
  const queue = createWorkQueue(cluster, reconcile);

  function reconcile(key: string): void {
    const deployment = cluster.store.collection('deployments.apps').get(key) as Deployment | undefined;
    if (deployment === undefined) return;
    const sets = replicaSetsOf(cluster, deployment);
    if (deployment.metadata.deletionTimestamp !== undefined) return writeStatus(deployment, sets, undefined);
    if (deployment.spec.paused === true) {
      followSize(cluster, deployment, all(sets));
      return writeStatus(deployment, replicaSetsOf(cluster, deployment), undefined);
    }
    const known = sets.current;
    if (isSizeChange(deployment, all(sets))) followSize(cluster, deployment, all(sets));
    else rollOut(cluster, deployment, sets);
    const after = replicaSetsOf(cluster, deployment);
    const newest = after.current;
    if (newest !== undefined) noteRevision(deployment, newest);
    const again = known !== undefined && newest !== undefined && revisionOf(known) !== revisionOf(newest);
    const found = again ? 'found' : undefined;
    writeStatus(reread(deployment), after, known === undefined && newest !== undefined ? 'created' : found);
    cleanUp(deployment, after);
  }

  function noteRevision(deployment: Deployment, current: ReplicaSet): void {
    const revision = String(revisionOf(current));
    if (deployment.metadata.annotations?.[REVISION] === revision) return;
    const { namespace, name } = deployment.metadata;
    cluster.writes.update(
      { type: DEPLOYMENT, namespace, name },
      (live) => {
        const annotations = { ...live.metadata.annotations, [REVISION]: revision };
        return { ...live, metadata: { ...live.metadata, annotations } };
      },
      CONTROLLER,
      { verb: 'update', managed: 'tracked' },
    );
  }

  function reread(deployment: Deployment): Deployment {
    return cluster.store.collection('deployments.apps').get(keyOf(deployment)) as Deployment;
  }

  function writeStatus(
    deployment: Deployment,
    sets: ReplicaSetsOf,
    news: 'created' | 'found' | undefined,
  ): void {
    const counts = countPods(sets);
    const { uid, generation } = deployment.metadata;
    const moved = hasMoved(deployment, counts) || deployment.status.observedGeneration !== generation;
    const now = cluster.clock.now();
    if (moved || news !== undefined || isResumed(deployment) || !progressAt.has(uid))
      progressAt.set(uid, now);
    const waitsUntil = (progressAt.get(uid) ?? now) + deployment.spec.progressDeadlineSeconds * 1000;
    const status = {
      observedGeneration: generation ?? 1,
      ...nonZero('replicas', counts.replicas),
      ...nonZero('updatedReplicas', counts.updated),
      ...nonZero('readyReplicas', counts.ready),
      ...nonZero('availableReplicas', counts.available),
      ...nonZero('unavailableReplicas', Math.max(0, deployment.spec.replicas - counts.available)),
    };
    const observed = { ...deployment, status: { ...deployment.status, observedGeneration: generation ?? 1 } };
    const conditions = deploymentConditions(observed, {
      counts,
      current: sets.current,
      sets: all(sets),
      news,
      late: now >= waitsUntil,
      moved,
    });
    cluster.writes.setStatus(DEPLOYMENT, deployment, { ...status, conditions }, CONTROLLER);
    const timedOut = conditionOf(conditions, 'Progressing')?.reason === 'ProgressDeadlineExceeded';
    if (!isComplete(observed, counts) && !timedOut)
      queue.addAfter(keyOf(deployment), Math.max(10, waitsUntil - now + 1));
  }

  function cleanUp(deployment: Deployment, sets: ReplicaSetsOf): void {
    if (!isComplete(reread(deployment) ?? deployment, countPods(sets))) return;
    const idle = sets.old.filter((set) => set.spec.replicas === 0 && set.status.replicas === 0);
    const surplus = idle.toSorted((a, b) => revisionOf(a) - revisionOf(b));
    for (const set of surplus.slice(0, Math.max(0, idle.length - deployment.spec.revisionHistoryLimit))) {
      const { namespace, name } = set.metadata;
      cluster.remove(
        { type: builtIn('ReplicaSet'), namespace, name },
        { propagation: 'Background' },
        CONTROLLER,
      );
    }
  }

  cluster.store.listen(({ collection, object, type }) => {
    if (collection === 'deployments.apps') {
      if (type === 'DELETED') progressAt.delete(object.metadata.uid);
      else queue.add(keyOf(object));
    }
    if (collection === 'replicasets.apps') {
      const key = ownerKey(object, 'Deployment');
      if (key !== undefined) queue.add(key);
    }
    // A Recreate rollout waits for the last old pod, which changes no counter of its ReplicaSet.
    if (collection === 'pods' && type === 'DELETED') {
      const set = ownerKey(object, 'ReplicaSet');
      const owner = set === undefined ? undefined : cluster.store.collection('replicasets.apps').get(set);
      const key = owner === undefined ? undefined : ownerKey(owner, 'Deployment');
      if (key !== undefined) queue.add(key);
    }
  });
}

function rollOut(cluster: Cluster, deployment: Deployment, sets: ReplicaSetsOf): void {
  const old = sets.old.filter((set) => set.spec.replicas > 0);
  if (deployment.spec.strategy.type === 'Recreate') {
    const pods = sets.old.reduce((count, set) => count + podCount(cluster, set), 0);
    for (const set of old) scale(cluster, deployment, set, 0);
    if (pods > 0) return;
    const current = ensureCurrent(cluster, deployment, sets, 0);
    stepRecreate(cluster, deployment, current, [], 0);
    return;
  }
  const { surge } = roomOf(deployment);
  const used = old.reduce((count, set) => count + set.spec.replicas, 0);
  const first = Math.max(0, Math.min(deployment.spec.replicas, deployment.spec.replicas + surge - used));
  const isNew = sets.current === undefined;
  const current = ensureCurrent(cluster, deployment, sets, first);
  if (isNew && first > 0) sayScaled(cluster, deployment, current, 0, first);
  stepRollingUpdate(cluster, deployment, current, old);
}

function isResumed({ status }: Deployment): boolean {
  return conditionOf(status.conditions, 'Progressing')?.reason?.startsWith('Deployment') === true;
}

function podCount(cluster: Cluster, set: ReplicaSet): number {
  const pods = cluster.store.dependents(set.metadata.uid);
  return pods.filter(({ object }) => controllerOf(object)?.uid === set.metadata.uid).length;
}

function countPods({ current, old }: ReplicaSetsOf): Counts {
  const sets = current === undefined ? old : [...old, current];
  const total = (of: (set: ReplicaSet) => number | undefined): number =>
    sets.reduce((count, set) => count + (of(set) ?? 0), 0);
  return {
    replicas: total((set) => set.status.replicas),
    updated: current?.status.replicas ?? 0,
    ready: total((set) => set.status.readyReplicas),
    available: total((set) => set.status.availableReplicas),
  };
}

function hasMoved(deployment: Deployment, counts: Counts): boolean {
  const { status } = deployment;
  const oldBefore = (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  return (
    counts.updated > (status.updatedReplicas ?? 0) ||
    counts.replicas - counts.updated < oldBefore ||
    counts.ready > (status.readyReplicas ?? 0) ||
    counts.available > (status.availableReplicas ?? 0)
  );
}

function all({ current, old }: ReplicaSetsOf): ReplicaSet[] {
  return current === undefined ? old : [...old, current];
}

function nonZero(name: string, value: number): Record<string, number> {
  return value === 0 ? {} : { [name]: value };
}
