import { failure } from '../../../shared/domain/failures.js';
import { nameOf, type KubeObject } from '../object.js';
import { podStatus } from '../watch/pod-status.js';
import { podView, type PodView } from '../watch/pod-view.js';
import { refOf } from './gate.js';
import { degraded, healthy, progressing, type Health } from './health.js';

/** A pod that is deployed by itself. Nothing replaces it, so that an eviction ends it for good. */
export function podHealth(pod: KubeObject): Health {
  const view = podView(pod);
  switch (view.phase) {
    case 'Succeeded':
      return healthy('it ended well');
    case 'Failed':
      return degraded(failure('k8s.pod-failed', `${nameOf(refOf(pod))} ended: ${endOf(view)}`));
    case 'Running':
      return view.ready ? healthy('it is ready') : progressing(`it is ${podStatus(view)} and not ready`);
    default:
      return progressing(view.unschedulable ?? `it is ${podStatus(view)}`);
  }
}

function endOf(pod: PodView): string {
  if (pod.reason !== undefined) return `${pod.reason}${pod.message ? ` – ${pod.message.trim()}` : ''}`;
  for (const { name, state } of pod.containers) {
    if (state.is !== 'terminated' || state.exitCode === 0) continue;
    return `container ${name} exited with code ${state.exitCode} (${state.reason})`;
  }
  return 'no container says why';
}
