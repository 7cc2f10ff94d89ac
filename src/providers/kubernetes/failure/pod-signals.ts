import { crashSignal } from './crash-signal.js';
import { imageSignal } from './image-signal.js';
import type { PodView } from '../watch/pod-view.js';
import { placementSignal } from './placement-signal.js';
import type { PodLook } from './pod-look.js';
import { readinessSignal } from './readiness-signal.js';
import type { Signal } from './signal.js';
import { startSignal } from './start-signal.js';

/** Ends of a whole pod that are the platform's doing; its workload replaces the pod (Kubernetes API reference, PodStatus.reason). */
const PLATFORM_ENDS =
  /^(Evicted|Preempting|NodeLost|NodeShutdown|NodeAffinity|Shutdown|Terminated|UnexpectedAdmissionError|OutOf\w+)$/;

/** Whether a pod ended, or is ending, for reasons that say nothing about its version. */
export function isPlatformEnd(pod: { readonly reason: string | undefined }): boolean {
  return pod.reason !== undefined && PLATFORM_ENDS.test(pod.reason);
}

/** A pod that is ready and in which nothing has ever ended: the usual one, about which nothing more needs to be read. */
export function isSpotless({ ready, containers }: PodView): boolean {
  return (
    ready &&
    containers.every(
      ({ role, state, restarts }) =>
        restarts === 0 &&
        (state.is === 'running' || (role === 'init' && state.is === 'terminated' && state.exitCode === 0)),
    )
  );
}

/** The signs of one new pod, at most one of each container. */
export function podSignals(look: PodLook): readonly Signal[] {
  const { pod } = look;
  if (isPlatformEnd(pod) || pod.phase === 'Succeeded') return [];
  const placement = placementSignal(look);
  if (placement) return [placement];
  const found = pod.containers
    .map(
      (container) =>
        imageSignal(look, container) ?? startSignal(look, container) ?? crashSignal(look, container),
    )
    .filter((signal) => signal !== undefined);
  const readiness = found.length === 0 ? readinessSignal(look) : undefined;
  return readiness ? [readiness] : found;
}
