/**
 * Order of kinds within a wave: what others need comes first. It is that of helm's InstallOrder; kinds that are not
 * listed, such as custom resources, come last.
 */
const ORDER = [
  'PriorityClass',
  'Namespace',
  'NetworkPolicy',
  'ResourceQuota',
  'LimitRange',
  'PodDisruptionBudget',
  'ServiceAccount',
  'Secret',
  'ConfigMap',
  'StorageClass',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'CustomResourceDefinition',
  'ClusterRole',
  'ClusterRoleBinding',
  'Role',
  'RoleBinding',
  'Service',
  'DaemonSet',
  'Pod',
  'ReplicationController',
  'ReplicaSet',
  'Deployment',
  'HorizontalPodAutoscaler',
  'StatefulSet',
  'Job',
  'CronJob',
  'IngressClass',
  'Ingress',
  'APIService',
  'MutatingWebhookConfiguration',
  'ValidatingWebhookConfiguration',
];

/** Place of a kind in that order. */
export function rankOf(kind: string): number {
  const at = ORDER.indexOf(kind);
  return at < 0 ? ORDER.length : at;
}

/** Splits objects into groups of one kind each, in the order of kinds; within a group as they came. */
export function byKind<T extends { readonly kind: string }>(
  objects: readonly T[],
): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const object of [...objects].sort((one, other) => rankOf(one.kind) - rankOf(other.kind))) {
    const group = groups.get(object.kind) ?? [];
    group.push(object);
    groups.set(object.kind, group);
  }
  return [...groups.values()];
}
