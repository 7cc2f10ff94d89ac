import type { ContainerView, Ending } from '../watch/container-view.js';
import type { PodLook } from './pod-look.js';
import { words, type Signal } from './signal.js';

const CREATING = new Set([
  'CreateContainerError',
  'RunContainerError',
  'PreStartHookError',
  'PostStartHookError',
]);
const NEVER_STARTED = new Set(['StartError', 'ContainerCannotRun']);
/** Marks a mistake in the image or the manifest; without one, exit 128 is the node's own trouble. */
const OWN_MISTAKE =
  /executable file not found|no such file|permission denied|exec format error|not a directory|is a directory|invalid argument|unknown user|unable to find user|runAsNonRoot|exec:/i;
/** The kubelet has not read the object yet; it says nothing about whether it exists. */
const NOT_READ_YET = /failed to sync (secret|configmap) cache/i;

/** Why a container with an image does not start. */
export function startSignal(look: PodLook, container: ContainerView): Signal | undefined {
  const { state } = container;
  if (state.is === 'waiting' && state.reason === 'CreateContainerConfigError') {
    const message = state.message ?? state.reason;
    const missing = /not found|couldn't find key|does not exist|non-existent/i.test(message);
    if (NOT_READ_YET.test(message)) return undefined;
    return signal(look, container, missing ? 'k8s.config-missing' : 'k8s.container-start', message);
  }
  if (state.is === 'waiting' && CREATING.has(state.reason)) {
    return signal(look, container, 'k8s.container-start', state.message ?? state.reason);
  }
  const ending = failedStart(container);
  return ending && signal(look, container, 'k8s.container-start', ending.message ?? ending.reason);
}

function failedStart({ state, last }: ContainerView): Ending | undefined {
  if (state.is === 'running') return undefined;
  const ending = state.is === 'terminated' ? state : last;
  if (!ending || !NEVER_STARTED.has(ending.reason)) return undefined;
  const isOwn = ending.exitCode !== 128 || OWN_MISTAKE.test(ending.message ?? '');
  return isOwn ? ending : undefined;
}

function signal(
  { pod, ages, graces }: PodLook,
  { name }: ContainerView,
  code: 'k8s.config-missing' | 'k8s.container-start',
  message: string,
): Signal {
  const ageMs = ages.of(`${pod.uid}/${name}/start`);
  const graceMs = code === 'k8s.config-missing' ? graces.configMissing : graces.containerStart;
  const detail = `Container ${name} of pod ${pod.name} cannot start: ${words(message)}`;
  return { code, detail, pod, container: name, ageMs, leftMs: Math.max(0, graceMs - ageMs) };
}
