import { newest, type PodLook } from './pod-look.js';
import { words, type Signal } from './signal.js';

/** Why a pod has no node, or its node no volume for it. */
export function placementSignal(look: PodLook): Signal | undefined {
  if (look.pod.phase !== 'Pending') return undefined;
  return look.pod.unschedulable === undefined
    ? mountSignal(look)
    : scheduleSignal(look, look.pod.unschedulable);
}

function scheduleSignal({ pod, events, ages, graces }: PodLook, message: string): Signal {
  const ageMs = ages.of(`${pod.uid}/unschedulable`);
  const isGrowing = newest(events, ['TriggeredScaleUp']) !== undefined;
  const graceMs = isGrowing ? graces.scaleUp : graces.unschedulable;
  const detail = `No node can take pod ${pod.name}: ${words(message)}${isGrowing ? ' (a node was ordered)' : ''}`;
  return { code: 'k8s.unschedulable', detail, pod, ageMs, leftMs: Math.max(0, graceMs - ageMs) };
}

function mountSignal({ pod, events, ages, graces }: PodLook): Signal | undefined {
  const event = newest(events, ['FailedMount', 'FailedAttachVolume']);
  const isCreating = pod.containers.every(
    ({ state }) => state.is === 'waiting' && /Creating|Initializing|^$/.test(state.reason),
  );
  if (!event || !isCreating) return undefined;
  const ageMs = ages.of(`${pod.uid}/mount`);
  // Nothing says that the trouble is over while a large image is pulled; only a repetition says that it is not.
  const silentMs = ages.of(`${pod.uid}/mount/${event.uid}-${event.count}`);
  const graceMs = graceOf(event.message, graces);
  const isRipe = ageMs - silentMs >= graceMs;
  const detail = `Pod ${pod.name} cannot mount a volume: ${words(event.message)}`;
  return { code: 'k8s.mount-failed', detail, pod, ageMs, leftMs: isRipe ? 0 : Infinity };
}

function graceOf(message: string, graces: PodLook['graces']): number {
  if (/multi-attach/i.test(message)) return graces.volumeHeld;
  return /(secret|configmap)\b.*not found/i.test(message) ? graces.volumeMissing : graces.volume;
}
