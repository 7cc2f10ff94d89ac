import { timestamp, type Condition } from '../objects.js';
import { conditionOf, type Pod } from '../workloads.js';
import { statusOf, type ContainerRun } from './container-run.js';

/** What a pod is besides its containers. */
export interface PodFacts {
  podIP: string;
  hostIP: string;
  startTime: string;
  /** Set when the kubelet ended the pod as a whole, as an eviction does. */
  ended: { reason: string; message: string } | undefined;
}

/** The status of a pod whose containers are as given. */
export function podStatus(pod: Pod, runs: readonly ContainerRun[], facts: PodFacts): Pod['status'] {
  if (facts.ended !== undefined) {
    return { ...pod.status, phase: 'Failed', ...facts.ended, conditions: endedConditions(pod) };
  }
  const init = runs.filter((run) => run.role !== 'main');
  const main = runs.filter((run) => run.role === 'main');
  const phase = phaseOf(pod, init, main);
  return {
    phase,
    conditions: conditions(pod, init, main, phase),
    hostIP: facts.hostIP,
    ...(pod.spec.nodeName === undefined ? {} : { podIP: facts.podIP, podIPs: [{ ip: facts.podIP }] }),
    startTime: facts.startTime,
    ...(init.length === 0 ? {} : { initContainerStatuses: init.map(statusOf) }),
    containerStatuses: main.map(statusOf),
    qosClass: pod.status.qosClass ?? 'BestEffort',
  };
}

/** The list with one condition set; its transition time moves only when the status does. */
export function withCondition(list: Condition[] | undefined, next: Condition): Condition[] {
  const old = conditionOf(list, next.type);
  const lastTransitionTime =
    old?.status === next.status ? (old.lastTransitionTime ?? timestamp()) : timestamp();
  const condition = { ...next, lastTransitionTime };
  if (old === undefined) return [...(list ?? []), condition];
  return (list ?? []).map((known) => (known.type === next.type ? condition : known));
}

/** Whether a container that ended will be started again under the pod's restart policy. */
export function restarts(pod: Pod, run: ContainerRun): boolean {
  if (run.role === 'sidecar') return true;
  const policy = pod.spec.restartPolicy ?? 'Always';
  const exitCode = run.state.terminated?.exitCode ?? 0;
  if (run.role === 'init') return exitCode !== 0 && policy !== 'Never';
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}

function phaseOf(pod: Pod, init: readonly ContainerRun[], main: readonly ContainerRun[]): string {
  const failedInit = init.some((run) => isOver(pod, run) && run.state.terminated?.exitCode !== 0);
  if (failedInit) return 'Failed';
  if (main.every((run) => isOver(pod, run))) {
    return main.every((run) => run.state.terminated?.exitCode === 0) ? 'Succeeded' : 'Failed';
  }
  const begun = main.some((run) => run.state.running !== undefined || run.state.terminated !== undefined);
  const restarted = main.some((run) => run.lastState.terminated !== undefined);
  return begun || restarted ? 'Running' : 'Pending';
}

function isOver(pod: Pod, run: ContainerRun): boolean {
  return run.state.terminated !== undefined && !restarts(pod, run);
}

function conditions(
  pod: Pod,
  init: readonly ContainerRun[],
  main: readonly ContainerRun[],
  phase: string,
): Condition[] {
  const pending = init.filter((run) => run.role === 'init' && run.state.terminated?.exitCode !== 0);
  const unready = main.filter((run) => !run.ready);
  let list = withCondition(pod.status.conditions, probed('PodReadyToStartContainers', 'True'));
  list = withCondition(list, notYet('Initialized', pending, 'ContainersNotInitialized', 'incomplete'));
  const ready: Condition =
    phase === 'Succeeded'
      ? { ...probed('Ready', 'False'), reason: 'PodCompleted' }
      : notYet('Ready', unready, 'ContainersNotReady', 'unready');
  list = withCondition(list, ready);
  return withCondition(list, { ...ready, type: 'ContainersReady' });
}

function notYet(type: string, left: readonly ContainerRun[], reason: string, word: string): Condition {
  if (left.length === 0) return probed(type, 'True');
  const names = left.map((run) => run.spec.name).join(' ');
  return { ...probed(type, 'False'), reason, message: `containers with ${word} status: [${names}]` };
}

function endedConditions(pod: Pod): Condition[] {
  const ready = { ...probed('Ready', 'False'), reason: 'PodFailed' };
  return withCondition(withCondition(pod.status.conditions, ready), { ...ready, type: 'ContainersReady' });
}

function probed(type: string, status: string): Condition {
  return { type, status, lastProbeTime: null };
}
