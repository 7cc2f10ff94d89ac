import { shapeOf } from '../schema/shapes.js';
import type { ResourceType } from './resource-type.js';

// kind plural short categories scope subresources; `#` marks kinds whose generation is counted, `-` is empty.
const TABLE = `
v1 Namespace namespaces ns - cluster status,finalize
v1 Node nodes no - cluster status
v1 Pod pods po all namespaced status,log,exec,attach,portforward,proxy,eviction,ephemeralcontainers
v1 PodTemplate podtemplates - - namespaced -
v1 ConfigMap configmaps cm - namespaced -
v1 Secret secrets - - namespaced -
v1 Service services svc all namespaced status,proxy
v1 Endpoints endpoints ep - namespaced -
v1 ServiceAccount serviceaccounts sa - namespaced -
v1 PersistentVolumeClaim persistentvolumeclaims pvc - namespaced status
v1 PersistentVolume persistentvolumes pv - cluster status
v1 ResourceQuota resourcequotas quota - namespaced status
v1 LimitRange limitranges limits - namespaced -
v1 Event events ev - namespaced -
apps/v1 Deployment# deployments deploy all namespaced status,scale
apps/v1 ReplicaSet# replicasets rs all namespaced status,scale
apps/v1 StatefulSet# statefulsets sts all namespaced status,scale
apps/v1 DaemonSet# daemonsets ds all namespaced status
apps/v1 ControllerRevision controllerrevisions - - namespaced -
batch/v1 Job# jobs - all namespaced status
batch/v1 CronJob# cronjobs cj all namespaced status
autoscaling/v2 HorizontalPodAutoscaler horizontalpodautoscalers hpa all namespaced status
policy/v1 PodDisruptionBudget# poddisruptionbudgets pdb - namespaced status
networking.k8s.io/v1 Ingress# ingresses ing - namespaced status
networking.k8s.io/v1 IngressClass# ingressclasses - - cluster -
networking.k8s.io/v1 NetworkPolicy# networkpolicies netpol - namespaced -
discovery.k8s.io/v1 EndpointSlice# endpointslices - - namespaced -
rbac.authorization.k8s.io/v1 Role roles - - namespaced -
rbac.authorization.k8s.io/v1 RoleBinding rolebindings - - namespaced -
rbac.authorization.k8s.io/v1 ClusterRole clusterroles - - cluster -
rbac.authorization.k8s.io/v1 ClusterRoleBinding clusterrolebindings - - cluster -
scheduling.k8s.io/v1 PriorityClass# priorityclasses pc - cluster -
storage.k8s.io/v1 StorageClass storageclasses sc - cluster -
coordination.k8s.io/v1 Lease leases - - namespaced -
apiextensions.k8s.io/v1 CustomResourceDefinition# customresourcedefinitions crd,crds api-extensions cluster status
metrics.k8s.io/v1beta1 PodMetrics pods - - namespaced -
metrics.k8s.io/v1beta1 NodeMetrics nodes - - cluster -
`;

/** Every built-in resource, in the order of discovery. */
export const BUILT_IN_TYPES: readonly ResourceType[] = TABLE.trim().split('\n').map(readRow);

/** The verbs of every resource of the simulator. */
export const VERBS = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
] as const;

function readRow(row: string): ResourceType {
  const [apiVersion = '', marked = '', plural = '', short = '', categories = '', scope = '', subs = ''] =
    row.split(' ');
  const slash = apiVersion.indexOf('/');
  const kind = marked.replace('#', '');
  return {
    group: slash < 0 ? '' : apiVersion.slice(0, slash),
    version: apiVersion.slice(slash + 1),
    kind,
    plural,
    singular: kind.toLowerCase(),
    namespaced: scope === 'namespaced',
    shortNames: words(short),
    categories: words(categories),
    subresources: words(subs),
    counted: marked.endsWith('#'),
    schema: shapeOf(kind),
  };
}

function words(text: string): string[] {
  return text === '-' ? [] : text.split(',');
}
