import { isFields, listAt, textAt, type Fields } from '../json.js';
import { defaultPod, defaultPodSpec, section, setDefault } from './defaults-pod.js';

type Defaulter = (object: Fields, spec: Fields) => void;

/** Fills in place what the server fills for a built-in kind. Calling it on a filled object changes nothing. */
export function applyDefaults(kind: string, object: Fields): void {
  const defaulter = DEFAULTERS[kind];
  if (defaulter === undefined) return;
  defaulter(object, WITHOUT_SPEC.has(kind) ? {} : section(object, 'spec'));
}

const WITHOUT_SPEC = new Set([
  'Secret',
  'RoleBinding',
  'ClusterRoleBinding',
  'StorageClass',
  'PriorityClass',
  'Event',
]);

const DEFAULTERS: Record<string, Defaulter> = {
  Pod: (pod) => defaultPod(pod),
  Deployment: (_, spec) => {
    setDefault(spec, 'replicas', 1);
    setDefault(spec, 'revisionHistoryLimit', 10);
    setDefault(spec, 'progressDeadlineSeconds', 600);
    const strategy = section(spec, 'strategy');
    setDefault(strategy, 'type', 'RollingUpdate');
    if (strategy['type'] === 'RollingUpdate') {
      const rolling = section(strategy, 'rollingUpdate');
      setDefault(rolling, 'maxSurge', '25%');
      setDefault(rolling, 'maxUnavailable', '25%');
    }
    template(spec);
  },
  ReplicaSet: (_, spec) => {
    setDefault(spec, 'replicas', 1);
    template(spec);
  },
  StatefulSet: (_, spec) => {
    setDefault(spec, 'replicas', 1);
    setDefault(spec, 'revisionHistoryLimit', 10);
    setDefault(spec, 'podManagementPolicy', 'OrderedReady');
    setDefault(spec, 'persistentVolumeClaimRetentionPolicy', { whenDeleted: 'Retain', whenScaled: 'Retain' });
    const strategy = section(spec, 'updateStrategy');
    setDefault(strategy, 'type', 'RollingUpdate');
    if (strategy['type'] === 'RollingUpdate') setDefault(section(strategy, 'rollingUpdate'), 'partition', 0);
    template(spec);
    for (const claim of listAt(spec, 'volumeClaimTemplates')) {
      if (!isFields(claim)) continue;
      setDefault(claim, 'apiVersion', 'v1');
      setDefault(claim, 'kind', 'PersistentVolumeClaim');
      setDefault(section(claim, 'spec'), 'volumeMode', 'Filesystem');
      setDefault(claim, 'status', { phase: 'Pending' });
    }
  },
  DaemonSet: (_, spec) => {
    setDefault(spec, 'revisionHistoryLimit', 10);
    const strategy = section(spec, 'updateStrategy');
    setDefault(strategy, 'type', 'RollingUpdate');
    if (strategy['type'] === 'RollingUpdate') {
      const rolling = section(strategy, 'rollingUpdate');
      setDefault(rolling, 'maxSurge', 0);
      setDefault(rolling, 'maxUnavailable', 1);
    }
    template(spec);
  },
  Job: (_, spec) => defaultJob(spec),
  CronJob: (_, spec) => {
    setDefault(spec, 'concurrencyPolicy', 'Allow');
    setDefault(spec, 'suspend', false);
    setDefault(spec, 'successfulJobsHistoryLimit', 3);
    setDefault(spec, 'failedJobsHistoryLimit', 1);
    template(section(section(spec, 'jobTemplate'), 'spec'));
  },
  Service: (_, spec) => defaultService(spec),
  Ingress: () => undefined,
  NetworkPolicy: (_, spec) => {
    setDefault(spec, 'podSelector', {});
    setDefault(spec, 'policyTypes', spec['egress'] === undefined ? ['Ingress'] : ['Ingress', 'Egress']);
  },
  HorizontalPodAutoscaler: (_, spec) => {
    setDefault(spec, 'minReplicas', 1);
    const target = { type: 'Utilization', averageUtilization: 80 };
    setDefault(spec, 'metrics', [{ type: 'Resource', resource: { name: 'cpu', target } }]);
  },
  PersistentVolumeClaim: (_, spec) => setDefault(spec, 'volumeMode', 'Filesystem'),
  PersistentVolume: (_, spec) => {
    setDefault(spec, 'volumeMode', 'Filesystem');
    setDefault(spec, 'persistentVolumeReclaimPolicy', 'Retain');
  },
  Namespace: (namespace, spec) => {
    setDefault(spec, 'finalizers', ['kubernetes']);
    const metadata = section(namespace, 'metadata');
    section(metadata, 'labels')['kubernetes.io/metadata.name'] = metadata['name'];
  },
  Secret: (secret) => {
    setDefault(secret, 'type', 'Opaque');
    const text = secret['stringData'];
    if (!isFields(text)) return;
    const data = section(secret, 'data');
    for (const name in text) data[name] = Buffer.from(String(text[name])).toString('base64');
    delete secret['stringData'];
  },
  RoleBinding: (binding) => defaultBinding(binding),
  ClusterRoleBinding: (binding) => defaultBinding(binding),
  StorageClass: (storage) => {
    setDefault(storage, 'reclaimPolicy', 'Delete');
    setDefault(storage, 'volumeBindingMode', 'Immediate');
  },
  PriorityClass: (priority) => setDefault(priority, 'preemptionPolicy', 'PreemptLowerPriority'),
  Event: (event) => setDefault(event, 'type', 'Normal'),
  CustomResourceDefinition: (_, spec) => {
    const names = section(spec, 'names');
    setDefault(names, 'singular', textAt(names, 'kind')?.toLowerCase());
    setDefault(names, 'listKind', `${textAt(names, 'kind') ?? ''}List`);
    setDefault(spec, 'conversion', { strategy: 'None' });
  },
};

function template(spec: Fields): void {
  const pod = section(spec, 'template');
  section(pod, 'metadata');
  defaultPodSpec(section(pod, 'spec'));
}

function defaultJob(spec: Fields): void {
  if (spec['completions'] === undefined && spec['parallelism'] === undefined) spec['completions'] = 1;
  setDefault(spec, 'parallelism', 1);
  setDefault(spec, 'backoffLimit', 6);
  setDefault(spec, 'completionMode', 'NonIndexed');
  setDefault(spec, 'suspend', false);
  setDefault(spec, 'manualSelector', false);
  setDefault(spec, 'podReplacementPolicy', 'TerminatingOrFailed');
  template(spec);
}

function defaultService(spec: Fields): void {
  setDefault(spec, 'type', 'ClusterIP');
  setDefault(spec, 'sessionAffinity', 'None');
  const type = spec['type'];
  if (type === 'ExternalName') return;
  for (const port of listAt(spec, 'ports')) {
    if (!isFields(port)) continue;
    setDefault(port, 'protocol', 'TCP');
    setDefault(port, 'targetPort', port['port']);
  }
  setDefault(spec, 'internalTrafficPolicy', 'Cluster');
  setDefault(spec, 'ipFamilies', ['IPv4']);
  setDefault(spec, 'ipFamilyPolicy', 'SingleStack');
  if (type === 'NodePort' || type === 'LoadBalancer') setDefault(spec, 'externalTrafficPolicy', 'Cluster');
  if (type === 'LoadBalancer') setDefault(spec, 'allocateLoadBalancerNodePorts', true);
}

function defaultBinding(binding: Fields): void {
  const role = section(binding, 'roleRef');
  setDefault(role, 'apiGroup', 'rbac.authorization.k8s.io');
  for (const subject of listAt(binding, 'subjects')) {
    if (!isFields(subject)) continue;
    if (subject['kind'] !== 'ServiceAccount') setDefault(subject, 'apiGroup', 'rbac.authorization.k8s.io');
  }
}
