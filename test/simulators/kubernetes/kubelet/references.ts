import { fieldsAt } from '../json.js';
import type { Store } from '../store/store.js';
import type { Container, Pod } from '../workloads.js';

/** The first ConfigMap, Secret or key that a container needs and that is missing, in the words of the kubelet. */
export function missingConfig(store: Store, pod: Pod, container: Container): string | undefined {
  const namespace = pod.metadata.namespace ?? '';
  for (const source of container.envFrom ?? []) {
    const missing =
      missingObject(store, namespace, 'configmap', source.configMapRef) ??
      missingObject(store, namespace, 'secret', source.secretRef);
    if (missing !== undefined) return missing;
  }
  for (const { valueFrom } of container.env ?? []) {
    const missing =
      missingKey(store, namespace, 'configmap', valueFrom?.configMapKeyRef) ??
      missingKey(store, namespace, 'secret', valueFrom?.secretKeyRef);
    if (missing !== undefined) return missing;
  }
  return undefined;
}

/** The first volume whose ConfigMap or Secret is missing, in the words of the mount event. */
export function missingVolume(store: Store, pod: Pod): string | undefined {
  const namespace = pod.metadata.namespace ?? '';
  for (const volume of pod.spec.volumes ?? []) {
    const { configMap, secret } = volume;
    const missing =
      missingObject(store, namespace, 'configmap', configMap) ??
      missingObject(
        store,
        namespace,
        'secret',
        secret?.secretName === undefined ? undefined : { ...secret, name: secret.secretName },
      );
    if (missing !== undefined) return `MountVolume.SetUp failed for volume "${volume.name}" : ${missing}`;
  }
  return undefined;
}

type Reference = { name: string; optional?: boolean } | undefined;

function missingObject(
  store: Store,
  namespace: string,
  kind: string,
  reference: Reference,
): string | undefined {
  if (reference === undefined || reference.optional === true) return undefined;
  const found = store.collection(`${kind}s`).get(`${namespace}/${reference.name}`);
  return found === undefined ? `${kind} "${reference.name}" not found` : undefined;
}

function missingKey(
  store: Store,
  namespace: string,
  kind: string,
  reference: { name: string; key: string; optional?: boolean } | undefined,
): string | undefined {
  if (reference === undefined || reference.optional === true) return undefined;
  const found = store.collection(`${kind}s`).get(`${namespace}/${reference.name}`);
  if (found === undefined) return `${kind} "${reference.name}" not found`;
  if (reference.key in fieldsAt(found, 'data') || reference.key in fieldsAt(found, 'binaryData'))
    return undefined;
  const title = kind === 'secret' ? 'Secret' : 'ConfigMap';
  return `couldn't find key ${reference.key} in ${title} ${namespace}/${reference.name}`;
}
