import type { Pod } from '../workloads.js';

/**
 * The quality of service class of a pod.
 * Source: https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/
 */
export function qualityOf(pod: Pod): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const resources = pod.spec.containers.map((container) => container.resources ?? {});
  const none = resources.every(({ requests, limits }) => count(requests) + count(limits) === 0);
  if (none) return 'BestEffort';
  const equal = resources.every(({ requests, limits }) =>
    ['cpu', 'memory'].every(
      (name) => limits?.[name] !== undefined && limits[name] === (requests?.[name] ?? limits[name]),
    ),
  );
  return equal ? 'Guaranteed' : 'Burstable';
}

function count(resources: Record<string, string> | undefined): number {
  return Object.keys(resources ?? {}).length;
}
