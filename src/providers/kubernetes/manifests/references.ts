import { isJson, listAt, textAt, valueAt, type Json } from '../json.js';
import { containersOf, podSpecsOf } from './pod-specs.js';

/** A place in an object that names a ConfigMap or a Secret of its namespace. */
export interface Reference {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  /** Writes another name into the object. */
  rename(name: string): void;
}

/** Where the name of a ConfigMap or Secret is: the object that holds it, and under which key. */
type Site = readonly [kind: Reference['kind'], holder: unknown, key: string];

/**
 * Every reference to a ConfigMap or Secret: in pods (environment, volumes of all types, image pulls), in the TLS of an
 * Ingress or a Gateway, and in a ServiceAccount.
 */
export function referencesOf(object: Json): readonly Reference[] {
  const sites = [...podSpecsOf(object).flatMap(podSites), ...kindSites(object)];
  return sites.flatMap(([kind, holder, key]) => {
    const name = textAt(holder, key);
    if (!name || !isJson(holder)) return [];
    return [{ kind, name, rename: (to: string) => void (holder[key] = to) }];
  });
}

function kindSites(object: Json): readonly Site[] {
  switch (object['kind']) {
    case 'Ingress':
      return listAt(object, 'spec', 'tls').map((tls): Site => ['Secret', tls, 'secretName']);
    case 'ServiceAccount':
      return [...listAt(object, 'secrets'), ...listAt(object, 'imagePullSecrets')].map((held): Site => [
        'Secret',
        held,
        'name',
      ]);
    case 'Gateway':
      return listAt(object, 'spec', 'listeners')
        .flatMap((listener) => listAt(listener, 'tls', 'certificateRefs'))
        .filter((held) => (valueAt(held, 'kind') ?? 'Secret') === 'Secret' && !textAt(held, 'namespace'))
        .map((held): Site => ['Secret', held, 'name']);
    default:
      return [];
  }
}

function podSites(pod: Json): readonly Site[] {
  return [
    ...listAt(pod, 'imagePullSecrets').map((held): Site => ['Secret', held, 'name']),
    ...listAt(pod, 'volumes').flatMap(volumeSites),
    ...containersOf(pod).flatMap((container): Site[] => [
      ...listAt(container, 'env').flatMap((entry): Site[] => [
        ['ConfigMap', valueAt(entry, 'valueFrom', 'configMapKeyRef'), 'name'],
        ['Secret', valueAt(entry, 'valueFrom', 'secretKeyRef'), 'name'],
      ]),
      ...listAt(container, 'envFrom').flatMap((entry): Site[] => [
        ['ConfigMap', valueAt(entry, 'configMapRef'), 'name'],
        ['Secret', valueAt(entry, 'secretRef'), 'name'],
      ]),
    ]),
  ];
}

/** Volume types that name a Secret under `secretRef`: https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/volume/ */
const SECRET_REF_VOLUMES = ['flexVolume', 'cephfs', 'rbd', 'iscsi', 'scaleIO', 'storageos'];

function volumeSites(volume: unknown): readonly Site[] {
  return [
    ['ConfigMap', valueAt(volume, 'configMap'), 'name'],
    ['Secret', valueAt(volume, 'secret'), 'secretName'],
    ['Secret', valueAt(volume, 'azureFile'), 'secretName'],
    ['Secret', valueAt(volume, 'csi', 'nodePublishSecretRef'), 'name'],
    ...SECRET_REF_VOLUMES.map((type): Site => ['Secret', valueAt(volume, type, 'secretRef'), 'name']),
    ...listAt(volume, 'projected', 'sources').flatMap((source): Site[] => [
      ['ConfigMap', valueAt(source, 'configMap'), 'name'],
      ['Secret', valueAt(source, 'secret'), 'name'],
    ]),
  ];
}
