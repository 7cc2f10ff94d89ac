import type { Cluster } from '../cluster.js';
import { keyOf, type KubeObject, type LabelSelector } from '../objects.js';
import { scaledValue } from '../quantity.js';
import { builtIn } from '../registry/registry.js';
import { CONTROLLER } from '../writes/write-call.js';
import { isActive, isReady, type Pod, type PodTemplate } from '../workloads.js';
import type { Readiness } from './availability.js';
import { ownedPods, ownerKey } from './owned-pods.js';
import { createPod, deletePod } from './pod-control.js';
import { ensureRevision, REVISION_LABEL, trimRevisions } from './revisions.js';
import { createWorkQueue } from './work-queue.js';

const FROM = 'daemonset-controller';

/** A DaemonSet after defaulting. */
export interface DaemonSet extends KubeObject {
  spec: {
    selector: LabelSelector;
    template: PodTemplate;
    updateStrategy: { type: string; rollingUpdate?: { maxUnavailable?: number | string } };
    revisionHistoryLimit: number;
    minReadySeconds?: number;
  };
}

/** Runs one pod of every DaemonSet on every node that its nodeSelector matches. */
export function startDaemonSetController(cluster: Cluster, readiness: Readiness): void {
  const queue = createWorkQueue(cluster, (key) => {
    const set = cluster.store.collection('daemonsets.apps').get(key) as DaemonSet | undefined;
    if (set === undefined) return;
    const revision = ensureRevision(cluster, set, set.spec.template).metadata.name;
    const hash = revision.slice(set.metadata.name.length + 1);
    const nodes = nodesFor(set);
    if (set.metadata.deletionTimestamp === undefined) place(set, nodes, hash);
    writeStatus(set, nodes, hash);
    trimRevisions(cluster, set, set.spec.revisionHistoryLimit, new Set([revision]));
  });

  function place(set: DaemonSet, nodes: string[], hash: string): void {
    const pods = ownedPods(cluster, set, set.spec.selector);
    for (const pod of pods) {
      const misplaced = !nodes.includes(pod.spec.nodeName ?? '');
      if ((misplaced || !isActive(pod)) && pod.metadata.deletionTimestamp === undefined) {
        deletePod(cluster, set, pod, FROM);
      }
    }
    const taken = new Set(pods.map((pod) => pod.spec.nodeName));
    for (const node of nodes) {
      if (taken.has(node)) continue;
      const metadata = { generateName: `${set.metadata.name}-`, labels: { [REVISION_LABEL]: hash } };
      const refused = createPod(cluster, set, set.spec.template, {
        metadata,
        spec: { nodeName: node },
        from: FROM,
      });
      if (refused !== undefined) return queue.retry(keyOf(set));
      queue.forget(keyOf(set));
    }
    if (set.spec.updateStrategy.type === 'RollingUpdate') replaceOld(set, pods, nodes.length, hash);
  }

  function replaceOld(set: DaemonSet, pods: Pod[], wanted: number, hash: string): void {
    const most = Math.max(
      1,
      scaledValue(set.spec.updateStrategy.rollingUpdate?.maxUnavailable ?? 1, wanted, 'up'),
    );
    const serving = pods.filter((pod) => isActive(pod) && isReady(pod)).length;
    let budget = most - (wanted - serving);
    for (const pod of pods) {
      if (pod.metadata.labels?.[REVISION_LABEL] === hash || !isActive(pod)) continue;
      if (isReady(pod) && budget-- <= 0) continue;
      deletePod(cluster, set, pod, FROM);
    }
  }

  function writeStatus(set: DaemonSet, nodes: string[], hash: string): void {
    const pods = ownedPods(cluster, set, set.spec.selector).filter(isActive);
    const { available, nextMs } = readiness.availableAt(pods, set.spec.minReadySeconds ?? 0);
    if (nextMs !== undefined) queue.addAfter(keyOf(set), nextMs);
    const updated = pods.filter((pod) => pod.metadata.labels?.[REVISION_LABEL] === hash).length;
    const missing = nodes.length - available;
    const status = {
      observedGeneration: set.metadata.generation ?? 1,
      currentNumberScheduled: pods.length,
      desiredNumberScheduled: nodes.length,
      numberMisscheduled: 0,
      numberReady: pods.filter(isReady).length,
      ...(updated === 0 ? {} : { updatedNumberScheduled: updated }),
      ...(available === 0 ? {} : { numberAvailable: available }),
      ...(missing === 0 ? {} : { numberUnavailable: missing }),
    };
    cluster.writes.setStatus(builtIn('DaemonSet'), set, status, CONTROLLER);
  }

  function nodesFor(set: DaemonSet): string[] {
    const wanted = Object.entries(set.spec.template.spec.nodeSelector ?? {});
    const names: string[] = [];
    for (const { metadata } of cluster.store.collection('nodes').list()) {
      if (wanted.every(([label, value]) => metadata.labels?.[label] === value)) names.push(metadata.name);
    }
    return names;
  }

  cluster.store.listen(({ collection, object, type }) => {
    if (collection === 'daemonsets.apps' && type !== 'DELETED') queue.add(keyOf(object));
    const key = collection === 'pods' ? ownerKey(object, 'DaemonSet') : undefined;
    if (key !== undefined) queue.add(key);
    if (collection !== 'nodes') return;
    for (const set of cluster.store.collection('daemonsets.apps').list()) queue.add(keyOf(set));
  });
}
