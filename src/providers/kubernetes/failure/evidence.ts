import type { ContainerView } from '../watch/container-view.js';
import type { EventView } from '../watch/event-view.js';
import { podStatus } from '../watch/pod-status.js';
import type { PodView } from '../watch/pod-view.js';
import type { Rollout } from './new-version.js';
import { words, type Signal } from './signal.js';

/** One log worth reading. */
export interface LogWish {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** The run before the present one: where a crash is explained. */
  readonly previous: boolean;
}

/** What is left of a bad version, to be shown before a rollback removes it. */
export interface Material {
  /** Pods, containers and events, most telling first. */
  readonly lines: readonly string[];
  readonly logs: readonly LogWish[];
}

/** Bounds of what is shown: enough to understand, little enough to read. */
const MOST_PODS = 3;
const MOST_EVENTS = 20;
const MOST_LOGS = 6;

/** Collects what the watches know of the new pods of one workload. */
export function materialOf(rollout: Rollout, signals: readonly Signal[]): Material {
  const suspects = pickPods(rollout.running, signals);
  const lines = suspects.flatMap((pod) => [
    `Pod ${pod.name}: ${podStatus(pod)}${pod.node === undefined ? '' : ` on node ${pod.node}`}`,
    ...pod.containers.map(containerLine),
  ]);
  const events = [
    ...rollout.makers.flatMap((maker) => maker.events),
    ...suspects.flatMap((pod) => rollout.events(pod.uid)),
  ];
  return {
    lines: [...lines, ...eventLines(events)],
    logs: suspects.flatMap((pod) => pod.containers.flatMap((one) => logsOf(pod, one))).slice(0, MOST_LOGS),
  };
}

/** The same words about several pods are one line with the sum of their counts. */
export function eventLines(events: readonly EventView[]): readonly string[] {
  const groups = new Map<string, { count: number; event: EventView }>();
  for (const event of events) {
    const key = [event.reason, event.about.kind, event.container, event.message].join('\u0000');
    const group = groups.get(key);
    if (group) group.count += event.count;
    else groups.set(key, { count: event.count, event });
  }
  return [...groups.values()]
    .sort((a, b) => a.event.at.localeCompare(b.event.at))
    .slice(-MOST_EVENTS)
    .map(({ count, event }) => {
      const times = count > 1 ? ` (${count} times)` : '';
      return `${event.type} ${event.reason} ${event.about.kind} ${event.about.name}: ${words(event.message)}${times}`;
    });
}

/** The pods that a signal names come first; one that is well tells nothing while another is not. */
function pickPods(pods: readonly PodView[], signals: readonly Signal[]): readonly PodView[] {
  const named = new Set(signals.map(({ pod }) => pod?.uid));
  const rank = (pod: PodView): number => (named.has(pod.uid) ? 0 : 1) + (pod.ready ? 2 : 0);
  const sorted = [...pods].sort((a, b) => rank(a) - rank(b));
  const bad = sorted.filter((pod) => rank(pod) < 2);
  return (bad.length > 0 ? bad : sorted).slice(0, MOST_PODS);
}

function containerLine({ name, role, image, state, last, restarts, ready }: ContainerView): string {
  const now = state.is === 'waiting' ? `waiting: ${state.reason || 'to start'}` : state.is;
  const why = state.is === 'waiting' && state.message !== undefined ? ` – ${words(state.message)}` : '';
  const ending = state.is === 'terminated' ? state : last;
  const end = ending ? `; last exit code ${ending.exitCode} (${ending.reason})` : '';
  const said = ending?.message === undefined ? '' : ` – ${words(ending.message)}`;
  const title = role === 'main' ? 'container' : 'init container';
  return `  ${title} ${name} (${image}): ${now}${why}, ${ready ? 'ready' : 'not ready'}, ${restarts} restarts${end}${said}`;
}

/** A container that never ran has no log. */
function logsOf(pod: PodView, { name, state, last, restarts }: ContainerView): readonly LogWish[] {
  const log = { namespace: pod.namespace, pod: pod.name, container: name };
  const wishes: LogWish[] = [];
  if (last !== undefined || restarts > 0) wishes.push({ ...log, previous: true });
  if (state.is !== 'waiting') wishes.push({ ...log, previous: false });
  return wishes;
}
