import type { ContainerView } from '../watch/container-view.js';
import type { EventView } from '../watch/event-view.js';
import type { PodView } from '../watch/pod-view.js';
import { newest, type PodLook } from './pod-look.js';
import { words, type Signal } from './signal.js';

/** All containers run, and yet the pod does not get ready. */
export function readinessSignal({
  pod,
  events,
  ages,
  graces,
  progressDeadlineMs,
}: PodLook): Signal | undefined {
  const main = pod.containers.filter((container) => container.role === 'main');
  if (pod.ready || pod.phase !== 'Running' || main.some(({ state }) => state.is !== 'running'))
    return undefined;
  const late = main.find((container) => !container.ready) ?? main[0];
  if (!late) return undefined;
  const restarts = main.map((container) => container.restarts).join('-');
  const ageMs = ages.of(`${pod.uid}/not-ready-${restarts}`);
  const probeMs = Math.max(...pod.containers.map((container) => container.probeMs));
  const graceMs = Math.max(probeMs, graces.notReadyLeast, Math.min(progressDeadlineMs, graces.notReady));
  return {
    code: 'k8s.not-ready',
    // Of thousands of pods that are not ready yet, hardly one is ever spoken of.
    get detail() {
      return describe(pod, late, events);
    },
    pod,
    container: late.name,
    ageMs,
    leftMs: Math.max(0, graceMs - ageMs),
    onlyWhenNoneReady: true,
  };
}

function describe(pod: PodView, { name, probe }: ContainerView, events: readonly EventView[]): string {
  const said = newest(events, ['Unhealthy'], name)?.message;
  const answer = said === undefined ? 'its node reports no answer of a probe' : words(said);
  const asked = probe === undefined ? '' : ` (it asks ${probe})`;
  return `Container ${name} of pod ${pod.name} runs but is not ready${asked}: ${answer}`;
}
