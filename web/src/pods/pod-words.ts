import type { LivePod } from '../../../src/shared/contract/live-pods.js';
import type { Tone } from '../elements/state.js';

/** Characters of a digest that tell images apart. */
const DIGEST = 12;

/** The colour of a pod: what comes up is busy, what fails is bad. */
export function toneOf({ ready, status, phase }: Pick<LivePod, 'ready' | 'status' | 'phase'>): Tone {
  if (ready) return 'good';
  if (/error|backoff|crash|evicted|oom|failed|invalid/i.test(status)) return 'bad';
  return phase === 'Succeeded' || status === 'Completed' ? 'calm' : 'busy';
}

/** The short digest of what the node pulled, or else the tag that the manifest names. */
export function digestOf(
  container: { readonly image: string; readonly imageId?: string } | undefined,
): string {
  const [, digest] = /@sha256:([0-9a-f]+)/.exec(container?.imageId ?? container?.image ?? '') ?? [];
  if (digest !== undefined) return digest.slice(0, DIGEST);
  return container?.image.split('/').at(-1) ?? '';
}

/** Names of all containers of pods, each once. */
export function containersOf(pods: readonly Pick<LivePod, 'containers'>[]): readonly string[] {
  return [...new Set(pods.flatMap(({ containers }) => containers.map(({ name }) => name)))].sort();
}
