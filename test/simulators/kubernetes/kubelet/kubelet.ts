import type { Cluster } from '../cluster.js';
import { keyOf } from '../objects.js';
import { builtIn } from '../registry/registry.js';
import type { Pod } from '../workloads.js';
import { createLogBook, type LogBook } from './logs.js';
import { createPodLife } from './create-pod-life.js';
import { hostAddress } from './node-address.js';
import type { PodLife } from './pod-life.js';

/** All kubelets of the cluster in one: runs every bound pod and keeps the logs. */
export interface Kubelet {
  logs: LogBook;
  /** The life of a pod that is bound and not gone. */
  life(uid: string): PodLife | undefined;
}

/** Starts running pods as they are bound. */
export function startKubelet(cluster: Cluster): Kubelet {
  const logs = createLogBook();
  const lives = new Map<string, PodLife>();
  const ending = new Set<string>();
  const images = new Map<string, Set<string>>();
  let nextAddress = 1;

  function begin(pod: Pod): void {
    const node = pod.spec.nodeName ?? '';
    const onNode = images.get(node) ?? new Set<string>();
    images.set(node, onNode);
    nextAddress += 1;
    const podIP = `10.244.${(nextAddress >> 8) & 0xff}.${nextAddress & 0xff}`;
    const life = createPodLife(cluster, logs, onNode, pod, { podIP, hostIP: hostAddress(node) });
    lives.set(pod.metadata.uid, life);
    life.begin();
  }

  function end(pod: Pod): void {
    const { uid } = pod.metadata;
    if (ending.has(uid)) return;
    ending.add(uid);
    const life = lives.get(uid);
    life?.terminate(() => finish(cluster, keyOf(pod), uid));
  }

  function forget(pod: Pod): void {
    const { uid } = pod.metadata;
    lives.get(uid)?.stop();
    lives.delete(uid);
    ending.delete(uid);
    logs.forget(uid);
  }

  cluster.store.listen((change) => {
    if (change.collection !== 'pods') return;
    const pod = change.object as Pod;
    if (change.type === 'DELETED') return forget(pod);
    const known = lives.has(pod.metadata.uid);
    if (!known && pod.spec.nodeName !== undefined && !isOver(pod)) begin(pod);
    if (pod.metadata.deletionTimestamp !== undefined && lives.has(pod.metadata.uid)) end(pod);
  });

  return { logs, life: (uid) => lives.get(uid) };
}

// With finalizers left the pod stays, marked as stopped, until they are gone.
function finish(cluster: Cluster, key: string, uid: string): void {
  const pod = cluster.store.collection('pods').get(key);
  if (pod === undefined || pod.metadata.uid !== uid) return;
  const stopped = { ...pod, metadata: { ...pod.metadata, deletionGracePeriodSeconds: 0 } };
  if ((pod.metadata.finalizers?.length ?? 0) > 0) cluster.store.put('pods', stopped);
  else cluster.writes.purge(builtIn('Pod'), pod);
}

function isOver(pod: Pod): boolean {
  return pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed';
}
