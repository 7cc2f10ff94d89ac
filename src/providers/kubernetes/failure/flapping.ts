import { failure, type Failure } from '../../../shared/domain/failures.js';
import type { EventView } from '../watch/event-view.js';
import { podStatus } from '../watch/pod-status.js';
import type { PodView } from '../watch/pod-view.js';
import { newest } from './pod-look.js';
import { isPlatformEnd } from './pod-signals.js';
import { words } from './signal.js';

/** Restarts of each pod when everything was healthy, by uid. */
export type Steady = ReadonlyMap<string, number>;

/** Adds the ready ones to what is remembered; what was remembered of a pod before stays. */
export function remember(steady: Steady | undefined, pods: readonly PodView[]): Steady {
  const news = pods.filter((pod) => pod.ready && !steady?.has(pod.uid));
  if (steady && news.length === 0) return steady;
  return new Map([...(steady ?? []), ...news.map((pod) => [pod.uid, restartsOf(pod)] as const)]);
}

/**
 * A pod that was ready when all was healthy and has since restarted or lost its readiness. Pods that were deleted, or
 * that the platform ended, prove nothing against the version.
 */
export function relapse(
  steady: Steady,
  pods: readonly PodView[],
  events: (pod: PodView) => readonly EventView[],
): Failure | undefined {
  for (const pod of pods) {
    const before = steady.get(pod.uid);
    if (before === undefined || pod.deleting || isPlatformEnd(pod)) continue;
    const restarts = restartsOf(pod) - before;
    const isLost = !pod.ready && pod.phase !== 'Succeeded';
    if (restarts <= 0 && !isLost) continue;
    const said = newest(events(pod), ['Unhealthy'])?.message;
    const probe = said === undefined ? '' : `; ${words(said)}`;
    const now = `was ready and is not any more: it is ${podStatus(pod)}`;
    const what = restarts > 0 ? 'was healthy and then restarted' : now;
    return failure('health.flapping', `Pod ${pod.name} ${what}${endOf(pod)}${probe}`);
  }
  return undefined;
}

function restartsOf(pod: PodView): number {
  let restarts = 0;
  for (const container of pod.containers) restarts += container.restarts;
  return restarts;
}

function endOf(pod: PodView): string {
  for (const { name, state, last } of pod.containers) {
    const ending = state.is === 'terminated' ? state : last;
    if (ending) return `; container ${name} exited with code ${ending.exitCode} (${ending.reason})`;
  }
  return '';
}
