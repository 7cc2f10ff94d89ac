import type { Cluster } from '../cluster.js';
import { keyOf, type KubeObject, type LabelSelector } from '../objects.js';
import { builtIn } from '../registry/registry.js';
import { CONTROLLER } from '../writes/write-call.js';
import { isReady, type Pod, type PodTemplate } from '../workloads.js';
import type { Readiness } from './availability.js';
import { ensureClaims, claimVolumes } from './claim-templates.js';
import { ownedPods, ownerKey } from './owned-pods.js';
import { createPod, deletePod } from './pod-control.js';
import { ensureRevision, REVISION_LABEL, revisionsOf, trimRevisions } from './revisions.js';
import { createWorkQueue } from './work-queue.js';

const FROM = 'statefulset-controller';

/** A StatefulSet after defaulting. */
export interface StatefulSet extends KubeObject {
  spec: {
    replicas: number;
    selector: LabelSelector;
    template: PodTemplate;
    serviceName?: string;
    podManagementPolicy: string;
    updateStrategy: { type: string; rollingUpdate?: { partition?: number } };
    revisionHistoryLimit: number;
    minReadySeconds?: number;
    volumeClaimTemplates?: KubeObject[];
    ordinals?: { start?: number };
  };
  status: { currentRevision?: string; updateRevision?: string };
}

/** Runs StatefulSets: pods by ordinal, in order, updated from the highest ordinal down. */
export function startStatefulSetController(cluster: Cluster, readiness: Readiness): void {
  const queue = createWorkQueue(cluster, (key) => {
    const set = cluster.store.collection('statefulsets.apps').get(key) as StatefulSet | undefined;
    if (set === undefined) return;
    const update = ensureRevision(cluster, set, set.spec.template).metadata.name;
    const current = set.status.currentRevision ?? update;
    if (set.metadata.deletionTimestamp === undefined) step(set, current, update);
    const problem = writeStatus(set, current, update);
    if (problem !== undefined) queue.addAfter(key, problem);
  });

  // One change at a time for ordered sets; the change that it causes brings the key back.
  function step(set: StatefulSet, current: string, update: string): void {
    const pods = byOrdinal(cluster, set);
    const first = set.spec.ordinals?.start ?? 0;
    const ordered = set.spec.podManagementPolicy !== 'Parallel';
    for (let ordinal = first; ordinal < first + set.spec.replicas; ordinal++) {
      const revision = ordinal - first < partitionOf(set) ? current : update;
      if (settle(set, ordinal, pods.get(ordinal), revision) === 'moving' && ordered) return;
    }
    const surplus = [...pods].filter(([ordinal]) => ordinal >= first + set.spec.replicas);
    for (const [, pod] of surplus.sort(([a], [b]) => b - a)) {
      if (pod.metadata.deletionTimestamp === undefined) deletePod(cluster, set, pod, FROM);
      if (ordered) return;
    }
    if (set.spec.updateStrategy.type === 'RollingUpdate') updateOne(set, pods, update, first);
  }

  function settle(
    set: StatefulSet,
    ordinal: number,
    pod: Pod | undefined,
    revision: string,
  ): 'steady' | 'moving' {
    if (pod === undefined) {
      if (create(set, ordinal, revision) !== undefined) queue.retry(keyOf(set));
      else queue.forget(keyOf(set));
      return 'moving';
    }
    const ended = pod.status.phase === 'Failed' || pod.status.phase === 'Succeeded';
    if (ended && pod.metadata.deletionTimestamp === undefined) deletePod(cluster, set, pod, FROM);
    return isSteady(pod) ? 'steady' : 'moving';
  }

  function updateOne(set: StatefulSet, pods: Map<number, Pod>, update: string, first: number): void {
    for (let ordinal = first + set.spec.replicas - 1; ordinal >= first + partitionOf(set); ordinal--) {
      const pod = pods.get(ordinal);
      if (pod === undefined) return;
      if (revisionName(pod) !== update && pod.metadata.deletionTimestamp === undefined) {
        return deletePod(cluster, set, pod, FROM);
      }
      if (!isSteady(pod)) return;
    }
  }

  function create(set: StatefulSet, ordinal: number, revision: string): string | undefined {
    const stored = revisionsOf(cluster, set).find((candidate) => candidate.metadata.name === revision);
    const template = stored?.data.spec.template ?? set.spec.template;
    const name = `${set.metadata.name}-${ordinal}`;
    ensureClaims(cluster, set, name);
    const { metadata, spec } = template;
    return createPod(
      cluster,
      set,
      { metadata: metadata ?? {}, spec },
      {
        metadata: {
          name,
          labels: {
            [REVISION_LABEL]: revision,
            'statefulset.kubernetes.io/pod-name': name,
            'apps.kubernetes.io/pod-index': String(ordinal),
          },
        },
        spec: { ...claimVolumes(set, name, spec), ...hostOf(set, name) },
        from: FROM,
      },
    );
  }

  // Returns after how many milliseconds availability has to be counted again.
  function writeStatus(set: StatefulSet, current: string, update: string): number | undefined {
    const pods = ownedPods(cluster, set, set.spec.selector);
    const live = pods.filter((pod) => pod.metadata.deletionTimestamp === undefined);
    const { available, nextMs } = readiness.availableAt(live, set.spec.minReadySeconds ?? 0);
    const updated = live.filter((pod) => revisionName(pod) === update);
    const ready = live.filter(isReady).length;
    const done =
      updated.length === set.spec.replicas &&
      pods.length === set.spec.replicas &&
      updated.every((pod) => isReady(pod));
    const settled = done && partitionOf(set) === 0 ? update : current;
    const status = {
      observedGeneration: set.metadata.generation ?? 1,
      replicas: pods.length,
      ...(ready === 0 ? {} : { readyReplicas: ready }),
      availableReplicas: available,
      currentReplicas: live.filter((pod) => revisionName(pod) === settled).length,
      updatedReplicas: updated.length,
      currentRevision: settled,
      updateRevision: update,
      collisionCount: 0,
    };
    cluster.writes.setStatus(builtIn('StatefulSet'), set, status, CONTROLLER);
    const used = new Set([settled, update, ...pods.map(revisionName)]);
    trimRevisions(cluster, set, set.spec.revisionHistoryLimit, used);
    return nextMs;
  }

  cluster.store.listen(({ collection, object, type }) => {
    if (collection === 'statefulsets.apps' && type !== 'DELETED') queue.add(keyOf(object));
    const key = collection === 'pods' ? ownerKey(object, 'StatefulSet') : undefined;
    if (key !== undefined) queue.add(key);
  });
}

function byOrdinal(cluster: Cluster, set: StatefulSet): Map<number, Pod> {
  const pods = new Map<number, Pod>();
  for (const pod of ownedPods(cluster, set, set.spec.selector)) {
    const ordinal = /-(?<ordinal>\d+)$/.exec(pod.metadata.name)?.groups?.['ordinal'];
    if (ordinal !== undefined) pods.set(Number(ordinal), pod);
  }
  return pods;
}

function hostOf(set: StatefulSet, name: string): { hostname: string; subdomain?: string } {
  return {
    hostname: name,
    ...(set.spec.serviceName === undefined ? {} : { subdomain: set.spec.serviceName }),
  };
}

function partitionOf(set: StatefulSet): number {
  return set.spec.updateStrategy.rollingUpdate?.partition ?? 0;
}

function revisionName(pod: Pod): string {
  return pod.metadata.labels?.[REVISION_LABEL] ?? '';
}

function isSteady(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp === undefined && pod.status.phase === 'Running' && isReady(pod);
}
