import type { ContainerView } from '../watch/container-view.js';
import { newest, type PodLook } from './pod-look.js';
import { readRegistryAnswer } from './registry-answer.js';
import { words, type Signal } from './signal.js';

const HOPELESS = new Set(['InvalidImageName', 'ErrImageNeverPull']);
const PULLING = new Set(['ErrImagePull', 'ImagePullBackOff', 'RegistryUnavailable', 'ImageInspectError']);

/** What stands between a container and its image. */
export function imageSignal(look: PodLook, container: ContainerView): Signal | undefined {
  const { state } = container;
  if (state.is !== 'waiting') return undefined;
  const about = { pod: look.pod, container: container.name };
  if (HOPELESS.has(state.reason)) {
    const detail = `${where(look, container)} cannot use image ${container.image}: ${words(state.message ?? state.reason)}`;
    return { ...about, code: 'k8s.image-invalid', detail, ageMs: 0, leftMs: 0 };
  }
  if (!PULLING.has(state.reason)) return undefined;
  const said = answer(look, container, state.message ?? '');
  const { code, graceMs } = kindOf(look, container, said);
  const ageMs = look.ages.of(`${look.pod.uid}/${container.name}/image`);
  // A registry whose answer changes starts the grace of the new answer.
  const answeredMs = look.ages.of(`${look.pod.uid}/${container.name}/${code}`);
  const detail = `${where(look, container)} cannot pull image ${container.image}: ${words(bare(said) || state.reason)}`;
  return { ...about, code, detail, ageMs, leftMs: Math.max(0, graceMs - answeredMs) };
}

function where({ pod }: PodLook, container: ContainerView): string {
  return `Container ${container.name} of pod ${pod.name}`;
}

function kindOf({ graces }: PodLook, { image }: ContainerView, said: string) {
  switch (readRegistryAnswer(image, said)) {
    case 'not-found':
      return { code: 'k8s.image-not-found', graceMs: graces.imageNotFound } as const;
    case 'denied':
      return { code: 'k8s.image-denied', graceMs: graces.imageDenied } as const;
    case 'unavailable':
      return { code: 'k8s.image-unavailable', graceMs: graces.imageUnavailable } as const;
  }
}

/** While it backs off, an older kubelet no longer repeats what the registry said; the event still has it. */
function answer({ events }: PodLook, { name }: ContainerView, message: string): string {
  const isBare = !/:\s.*:\s/.test(message);
  const failed = events.filter(({ message: text }) => text.startsWith('Failed to pull image'));
  return (isBare ? newest(failed, ['Failed'], name)?.message : undefined) ?? message;
}

/** The words of runtime and registry without what the kubelet and the wire put around them. */
function bare(said: string): string {
  return said
    .replace(/^.*?(ErrImagePull: |Failed to pull image "[^"]*": )/, '')
    .replace(/^rpc error: code = \w+ desc = /, '');
}
