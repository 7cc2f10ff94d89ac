import type { Cluster } from '../cluster.js';
import { fieldsAt } from '../json.js';
import { keyOf, type KubeObject } from '../objects.js';
import { readQuantity } from '../quantity.js';
import { builtIn } from '../registry/registry.js';
import { controllerCall } from '../writes/write-call.js';
import type { Pod } from '../workloads.js';
import { podBehaviour } from './behaviours.js';
import { withCondition } from './pod-status.js';

const SCHEDULER = controllerCall('kube-scheduler');
const POD = builtIn('Pod');
/** From the creation of a pod to its binding. */
const BINDING_MS = 20;
/** A pod that fits nowhere is tried again after this long. */
const RETRY_MS = 10_000;

/** Binds pods to nodes in turn, or says why none fits. */
export function startScheduler(cluster: Cluster): void {
  let turn = 0;

  function schedule(key: string, uid: string): void {
    const pod = cluster.store.collection('pods').get(key) as Pod | undefined;
    if (pod === undefined || pod.metadata.uid !== uid || pod.spec.nodeName !== undefined) return;
    if (pod.metadata.deletionTimestamp !== undefined) return;
    const scaleUp = podBehaviour(pod, 'unschedulable')?.duration('scale-up', 0) ?? 0;
    const problem = obstacle(cluster, pod);
    if (problem === undefined) return bind(pod);
    refuse(pod, problem);
    if (scaleUp > 0) return addNode(pod, scaleUp);
    cluster.clock.after(RETRY_MS, () => schedule(key, uid));
  }

  function bind(pod: Pod): void {
    const nodes = [...cluster.store.collection('nodes').list()].filter((node) => fits(pod, node));
    const node = nodes[turn++ % nodes.length]?.metadata.name ?? 'node-1';
    const conditions = withCondition(pod.status.conditions, {
      type: 'PodScheduled',
      status: 'True',
      lastProbeTime: null,
    });
    const message = `Successfully assigned ${keyOf(pod)} to ${node}`;
    cluster.events.record(pod, { type: 'Normal', reason: 'Scheduled', message, from: 'default-scheduler' });
    cluster.store.put('pods', {
      ...pod,
      spec: { ...pod.spec, nodeName: node },
      status: { ...pod.status, conditions },
    });
  }

  function refuse(pod: Pod, message: string): void {
    const condition = {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message,
      lastProbeTime: null,
    };
    const conditions = withCondition(pod.status.conditions, condition);
    cluster.writes.setStatus(POD, pod, { ...pod.status, conditions }, SCHEDULER);
    cluster.events.record(pod, {
      type: 'Warning',
      reason: 'FailedScheduling',
      message,
      from: 'default-scheduler',
    });
  }

  function addNode(pod: Pod, ms: number): void {
    const message = 'pod triggered scale-up: [{default-pool 3->4 (max: 10)}]';
    cluster.events.record(pod, {
      type: 'Normal',
      reason: 'TriggeredScaleUp',
      message,
      from: 'cluster-autoscaler',
    });
    cluster.clock.after(ms, () => {
      const now = cluster.store.collection('pods').get(keyOf(pod)) as Pod | undefined;
      if (now?.metadata.uid === pod.metadata.uid && now.metadata.deletionTimestamp === undefined) bind(now);
    });
  }

  cluster.store.listen(({ collection, type, object }) => {
    if (collection !== 'pods' || type !== 'ADDED') return;
    const pod = object as Pod;
    if (pod.spec.nodeName !== undefined) return;
    cluster.clock.after(BINDING_MS, () => schedule(keyOf(pod), pod.metadata.uid));
  });
}

function obstacle(cluster: Cluster, pod: Pod): string | undefined {
  const nodes = [...cluster.store.collection('nodes').list()];
  const none = `0/${nodes.length} nodes are available`;
  const hopeless = `preemption: 0/${nodes.length} nodes are available: ${nodes.length} Preemption is not helpful for scheduling.`;
  if (podBehaviour(pod, 'unschedulable') !== undefined) {
    const victims = `preemption: 0/${nodes.length} nodes are available: ${nodes.length} No preemption victims found for incoming pod.`;
    return `${none}: ${nodes.length} Insufficient cpu. ${victims}`;
  }
  for (const { persistentVolumeClaim: claim } of pod.spec.volumes ?? []) {
    if (claim === undefined) continue;
    const key = `${pod.metadata.namespace ?? ''}/${claim.claimName}`;
    if (cluster.store.collection('persistentvolumeclaims').get(key) === undefined) {
      return `${none}: persistentvolumeclaim "${claim.claimName}" not found. ${hopeless}`;
    }
  }
  if (!nodes.some((node) => matchesSelector(pod, node))) {
    return `${none}: ${nodes.length} node(s) didn't match Pod's node affinity/selector. ${hopeless}`;
  }
  if (nodes.some((node) => fits(pod, node))) return undefined;
  return `${none}: ${nodes.length} Insufficient cpu. ${hopeless}`;
}

function fits(pod: Pod, node: KubeObject): boolean {
  let cpu = 0;
  for (const container of pod.spec.containers) cpu += readQuantity(container.resources?.requests?.['cpu']);
  const room = readQuantity(fieldsAt(node, 'status', 'allocatable')['cpu']);
  return matchesSelector(pod, node) && cpu <= room;
}

function matchesSelector(pod: Pod, node: KubeObject): boolean {
  const labels = node.metadata.labels ?? {};
  return Object.entries(pod.spec.nodeSelector ?? {}).every(([name, value]) => labels[name] === value);
}
