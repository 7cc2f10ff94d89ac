import type { ContainerView } from './container-view.js';
import type { PodView } from './pod-view.js';

/**
 * The status of a pod in one word, as `kubectl get pods` prints it: Terminating, then a failing init container,
 * then why a container waits or ended, then the phase.
 */
export function podStatus(pod: PodView): string {
  if (pod.deleting) return pod.reason === 'NodeLost' ? 'Unknown' : 'Terminating';
  const init = pod.containers.filter((container) => container.role !== 'main');
  const [first, place] = firstUnfinished(init);
  if (first) return `Init:${initWord(first) ?? `${place}/${init.length}`}`;
  const main = pod.containers.filter((container) => container.role === 'main');
  const word = main.map(mainWord).findLast((one) => one !== undefined) ?? pod.reason ?? pod.phase;
  const runs = main.some((container) => container.ready && container.state.is === 'running');
  if (word === 'Completed' && runs) return pod.ready ? 'Running' : 'NotReady';
  return word;
}

function firstUnfinished(init: readonly ContainerView[]): [ContainerView | undefined, number] {
  const place = init.findIndex((container) =>
    container.role === 'sidecar'
      ? !(container.started && container.state.is === 'running')
      : !(container.state.is === 'terminated' && container.state.exitCode === 0),
  );
  return [init[place], place];
}

function initWord({ state }: ContainerView): string | undefined {
  if (state.is === 'terminated') return state.reason;
  if (state.is === 'waiting' && state.reason !== '' && state.reason !== 'PodInitializing')
    return state.reason;
  return undefined;
}

function mainWord({ state }: ContainerView): string | undefined {
  if (state.is === 'running') return undefined;
  return state.reason === '' ? undefined : state.reason;
}
