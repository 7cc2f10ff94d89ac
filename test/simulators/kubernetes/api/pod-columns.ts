import type { ContainerStatus, Pod } from '../workloads.js';
import { age } from './age.js';

/** `1/2`: ready containers of all. */
export function podReady(pod: Pod): string {
  const ready = (pod.status.containerStatuses ?? []).filter((status) => status.ready).length;
  return `${ready}/${pod.spec.containers.length}`;
}

/** Restarts of all containers, with the time of the last one. */
export function podRestarts(pod: Pod): string {
  const statuses = pod.status.containerStatuses ?? [];
  const count = statuses.reduce((sum, status) => sum + status.restartCount, 0);
  const last =
    statuses
      .map((status) => status.lastState.terminated?.finishedAt ?? '')
      .sort()
      .at(-1) ?? '';
  return count === 0 || last === '' ? String(count) : `${count} (${age(last)} ago)`;
}

/** The word that `kubectl get pods` shows under STATUS. */
export function podWord(pod: Pod): string {
  const { status } = pod;
  const word =
    initWord(pod) ?? containerWord(status.containerStatuses ?? []) ?? status.reason ?? status.phase;
  return pod.metadata.deletionTimestamp === undefined ? word : 'Terminating';
}

function initWord(pod: Pod): string | undefined {
  const statuses = pod.status.initContainerStatuses ?? [];
  const index = statuses.findIndex((status, position) => {
    const sidecar = pod.spec.initContainers?.[position]?.restartPolicy === 'Always';
    return sidecar ? !status.started : status.state.terminated?.exitCode !== 0;
  });
  const status = statuses[index];
  if (status === undefined) return undefined;
  const { terminated, waiting } = status.state;
  if (terminated !== undefined) return `Init:${terminated.reason || `ExitCode:${terminated.exitCode}`}`;
  if (waiting !== undefined && waiting.reason !== 'PodInitializing') return `Init:${waiting.reason}`;
  return `Init:${index}/${statuses.length}`;
}

function containerWord(statuses: ContainerStatus[]): string | undefined {
  let word: string | undefined;
  for (const { state } of statuses.toReversed()) {
    if (state.waiting !== undefined) word = state.waiting.reason;
    else if (state.terminated !== undefined)
      word = state.terminated.reason || `ExitCode:${state.terminated.exitCode}`;
  }
  const running = statuses.some((status) => status.ready && status.state.running !== undefined);
  return word === 'Completed' && running ? 'Running' : word;
}
