import type { Cluster } from '../cluster.js';
import { at, fieldsAt, textAt } from '../json.js';
import { keyOf, type KubeObject } from '../objects.js';
import { builtIn } from '../registry/registry.js';
import { CONTROLLER } from '../writes/write-call.js';
import type { Pod } from '../workloads.js';
import { createWorkQueue } from './work-queue.js';

/** From a claim to its volume. */
const PROVISION_MS = 300;

/** Provisions a volume for every claim, at once or when a pod uses it, as its storage class says. */
export function startVolumeClaimController(cluster: Cluster): void {
  const { store, writes } = cluster;
  const queue = createWorkQueue(cluster, (key) => {
    const claim = store.collection('persistentvolumeclaims').get(key);
    if (claim === undefined || textAt(claim, 'spec', 'volumeName') !== undefined) return;
    const name = textAt(claim, 'spec', 'storageClassName') ?? '';
    const storage = store.collection('storageclasses.storage.k8s.io').get(name);
    if (textAt(claim, 'status', 'phase') === undefined) {
      writes.setStatus(builtIn('PersistentVolumeClaim'), claim, { phase: 'Pending' }, CONTROLLER);
    }
    if (storage === undefined) return say(claim, 'Warning', 'ProvisioningFailed', missing(name));
    if (storage['volumeBindingMode'] === 'WaitForFirstConsumer' && !isUsed(claim)) {
      return say(
        claim,
        'Normal',
        'WaitForFirstConsumer',
        'waiting for first consumer to be created before binding',
      );
    }
    cluster.clock.after(PROVISION_MS, () => provision(key, claim.metadata.uid, name));
  });

  function provision(key: string, uid: string, storageClassName: string): void {
    const claim = store.collection('persistentvolumeclaims').get(key);
    if (claim?.metadata.uid !== uid || textAt(claim, 'spec', 'volumeName') !== undefined) return;
    const volumeName = `pvc-${uid}`;
    const capacity = { storage: textAt(claim, 'spec', 'resources', 'requests', 'storage') ?? '1Gi' };
    const accessModes = at(claim, 'spec', 'accessModes');
    const { name, namespace, resourceVersion } = claim.metadata;
    const claimRef = {
      kind: 'PersistentVolumeClaim',
      apiVersion: 'v1',
      namespace,
      name,
      uid,
      resourceVersion,
    };
    const spec = {
      capacity,
      accessModes,
      claimRef,
      storageClassName,
      persistentVolumeReclaimPolicy: 'Delete',
    };
    const volume = writes.create(
      builtIn('PersistentVolume'),
      undefined,
      { metadata: { name: volumeName }, spec },
      CONTROLLER,
    );
    writes.setStatus(builtIn('PersistentVolume'), volume, { phase: 'Bound' }, CONTROLLER);
    const kind = { verb: 'update', managed: 'tracked' } as const;
    const bound = writes.update(
      { type: builtIn('PersistentVolumeClaim'), namespace, name },
      (live) => ({ ...live, spec: { ...fieldsAt(live, 'spec'), volumeName } }),
      CONTROLLER,
      kind,
    );
    writes.setStatus(
      builtIn('PersistentVolumeClaim'),
      bound,
      { phase: 'Bound', accessModes, capacity },
      CONTROLLER,
    );
    say(bound, 'Normal', 'ProvisioningSucceeded', `Successfully provisioned volume ${volumeName}`);
  }

  function isUsed(claim: KubeObject): boolean {
    for (const pod of store.collection('pods').list(claim.metadata.namespace)) {
      if (claimsOf(pod as Pod).includes(claim.metadata.name)) return true;
    }
    return false;
  }

  function say(claim: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string): void {
    cluster.events.record(claim, { type, reason, message, from: 'persistentvolume-controller' });
  }

  store.listen(({ collection, object, type }) => {
    if (collection === 'persistentvolumeclaims' && type === 'ADDED') queue.add(keyOf(object));
    if (collection === 'persistentvolumeclaims' && type === 'DELETED') dropVolume(cluster, object);
    if (collection === 'storageclasses.storage.k8s.io' && type === 'ADDED') {
      for (const claim of store.collection('persistentvolumeclaims').list()) queue.add(keyOf(claim));
    }
    if (collection !== 'pods' || type !== 'ADDED') return;
    for (const claim of claimsOf(object as Pod)) queue.add(`${object.metadata.namespace ?? ''}/${claim}`);
  });
}

function dropVolume(cluster: Cluster, claim: KubeObject): void {
  const name = textAt(claim, 'spec', 'volumeName') ?? '';
  const volume = cluster.store.collection('persistentvolumes').get(name);
  if (volume !== undefined && textAt(volume, 'spec', 'persistentVolumeReclaimPolicy') === 'Delete') {
    cluster.writes.purge(builtIn('PersistentVolume'), volume);
  }
}

function claimsOf(pod: Pod): string[] {
  return (pod.spec.volumes ?? []).flatMap((volume) => volume.persistentVolumeClaim?.claimName ?? []);
}

function missing(name: string): string {
  return `storageclass.storage.k8s.io "${name}" not found`;
}
