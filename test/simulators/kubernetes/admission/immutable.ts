import type { Cause } from '../api-error.js';
import { at, fieldsAt, listAt, same, type Fields } from '../json.js';
import { forbiddenField, invalidValue } from './validate.js';

const STATEFUL_SET_MAY_CHANGE = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

/** The causes for which a change is refused because a field may not change once it is set. */
export function checkImmutable(kind: string, before: Fields, after: Fields): Cause[] {
  return RULES[kind]?.(before, after) ?? [];
}

const RULES: Record<string, (before: Fields, after: Fields) => Cause[]> = {
  Deployment: frozen(['spec', 'selector']),
  ReplicaSet: frozen(['spec', 'selector']),
  DaemonSet: frozen(['spec', 'selector']),
  Job: frozen(['spec', 'selector'], ['spec', 'template'], ['spec', 'completionMode']),
  StatefulSet: statefulSet,
  Pod: pod,
  Service: service,
  PersistentVolumeClaim: claim,
  StorageClass: frozen(['provisioner'], ['parameters'], ['reclaimPolicy'], ['volumeBindingMode']),
  PriorityClass: frozen(['value']),
  Secret: (before, after) => [...frozen(['type'])(before, after), ...sealed(before, after)],
  ConfigMap: sealed,
  RoleBinding: roleRef,
  ClusterRoleBinding: roleRef,
  EndpointSlice: frozen(['addressType']),
  ControllerRevision: frozen(['data']),
  CustomResourceDefinition: frozen(['spec', 'group'], ['spec', 'scope'], ['spec', 'names', 'plural']),
};

function frozen(...paths: string[][]): (before: Fields, after: Fields) => Cause[] {
  return (before, after) =>
    paths
      .filter((path) => !same(at(before, ...path), at(after, ...path)))
      .map((path) => invalidValue(path.join('.'), at(after, ...path), 'field is immutable'));
}

function statefulSet(before: Fields, after: Fields): Cause[] {
  if (same(without(before, STATEFUL_SET_MAY_CHANGE), without(after, STATEFUL_SET_MAY_CHANGE))) return [];
  const allowed = STATEFUL_SET_MAY_CHANGE.map((field) => `'${field}'`);
  const last = allowed.pop() ?? '';
  const list = `${allowed.join(', ')} and ${last}`;
  return [forbiddenField('spec', `updates to statefulset spec for fields other than ${list} are forbidden`)];
}

function pod(before: Fields, after: Fields): Cause[] {
  const fixed = ['activeDeadlineSeconds', 'terminationGracePeriodSeconds', 'tolerations', 'nodeName'];
  if (same(podWithoutImages(before, fixed), podWithoutImages(after, fixed))) return [];
  return [
    forbiddenField(
      'spec',
      'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,' +
        '`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),' +
        '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
    ),
  ];
}

function podWithoutImages(pod: Fields, free: string[]): Fields {
  const spec = without(pod, [...free, 'ephemeralContainers']);
  for (const field of ['containers', 'initContainers']) {
    if (spec[field] !== undefined) {
      spec[field] = listAt(spec, field).map((container) => ({ ...fieldsAt(container), image: '' }));
    }
  }
  return spec;
}

function service(before: Fields, after: Fields): Cause[] {
  const old = at(before, 'spec', 'clusterIP');
  const now = at(after, 'spec', 'clusterIP');
  const types = [at(before, 'spec', 'type'), at(after, 'spec', 'type')];
  if (old === undefined || same(old, now) || types.includes('ExternalName')) return [];
  return [invalidValue('spec.clusterIPs[0]', [now], 'may not change once set')];
}

function claim(before: Fields, after: Fields): Cause[] {
  // The controller fills in volumeName and the storage class once; people may only ask for more room.
  const free = ['resources', 'volumeAttributesClassName'];
  if (at(before, 'spec', 'volumeName') === undefined) free.push('volumeName', 'storageClassName');
  if (same(without(before, free), without(after, free))) return [];
  return [
    forbiddenField(
      'spec',
      'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
    ),
  ];
}

function sealed(before: Fields, after: Fields): Cause[] {
  if (before['immutable'] !== true) return [];
  return ['data', 'binaryData', 'immutable']
    .filter((field) => !same(before[field], after[field]))
    .map((field) => forbiddenField(field, 'field is immutable when `immutable` is set'));
}

function roleRef(before: Fields, after: Fields): Cause[] {
  if (same(before['roleRef'], after['roleRef'])) return [];
  return [invalidValue('roleRef', after['roleRef'], 'cannot change roleRef')];
}

function without(object: Fields, fields: string[]): Fields {
  const spec = { ...fieldsAt(object, 'spec') };
  for (const field of fields) delete spec[field];
  return spec;
}
