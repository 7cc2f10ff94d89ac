import type { KubeObject } from '../objects.js';
import type { Store } from '../store/store.js';
import { section } from './defaults-pod.js';

const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';

/** Gives a claim without a storage class the default one of the cluster. */
export function fillStorageClass(store: Store, claim: KubeObject): void {
  const spec = section(claim, 'spec');
  if (spec['storageClassName'] !== undefined) return;
  for (const storage of store.collection('storageclasses.storage.k8s.io').list()) {
    if (storage.metadata.annotations?.[DEFAULT_CLASS] === 'true')
      spec['storageClassName'] = storage.metadata.name;
  }
}
