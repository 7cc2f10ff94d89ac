import type { Cluster } from '../cluster.js';
import { isReady, type Pod } from '../workloads.js';

/** How many pods have been ready for long enough, and after how many simulated milliseconds the next one will have been. */
export interface Available {
  available: number;
  nextMs: number | undefined;
}

/** Knows in simulated time since when pods are ready; timestamps in objects are too coarse for that. */
export interface Readiness {
  /** Tells whether a pod has been ready for `minReadySeconds`. */
  isAvailable(pod: Pod, minReadySeconds: number): boolean;
  availableAt(pods: readonly Pod[], minReadySeconds: number): Available;
}

/** Starts to note when pods become ready. */
export function trackReadiness(cluster: Cluster): Readiness {
  const since = new Map<string, number>();

  cluster.store.listen(({ collection, object, type }) => {
    if (collection !== 'pods') return;
    const { uid } = object.metadata;
    if (type === 'DELETED' || !isReady(object as Pod)) since.delete(uid);
    else if (!since.has(uid)) since.set(uid, cluster.clock.now());
  });

  function leftMs(pod: Pod, minReadySeconds: number): number {
    const from = since.get(pod.metadata.uid);
    return from === undefined
      ? Number.POSITIVE_INFINITY
      : from + minReadySeconds * 1000 - cluster.clock.now();
  }

  return {
    isAvailable: (pod, minReadySeconds) =>
      isReady(pod) && (minReadySeconds === 0 || leftMs(pod, minReadySeconds) <= 0),
    availableAt(pods, minReadySeconds) {
      let available = 0;
      let nextMs: number | undefined;
      for (const pod of pods) {
        const left = leftMs(pod, minReadySeconds);
        if (!isReady(pod)) continue;
        if (minReadySeconds === 0 || left <= 0) available += 1;
        else nextMs = Math.min(nextMs ?? left, left);
      }
      return { available, nextMs };
    },
  };
}
