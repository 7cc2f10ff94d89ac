import type { WatchHub } from '../watch/watch-hub.js';
import { ownedPods, podSources, type OwnedPod } from './owned-pods.js';

/** A workload that nobody has seen yet wakes no follower, so everybody looks by themselves so often. */
const LOOK_MS = 2_000;
/** How long the watches may take to be there before they are shown with their trouble. */
const PATIENCE_MS = 10_000;

/** The pods of a target at one moment. */
export interface PodsLook {
  readonly pods: readonly OwnedPod[];
  /** Why this may be old or incomplete. */
  readonly trouble: string | undefined;
}

interface Wanted {
  readonly namespace: string;
  readonly service: string;
  readonly environment: string;
}

/**
 * The pods of a target now, and again whenever something near them may have changed, until the signal aborts. The first
 * look waits until the watches have answered, for some seconds at most.
 */
export async function* followPods(
  hub: WatchHub,
  wanted: Wanted,
  signal: AbortSignal,
): AsyncGenerator<PodsLook> {
  const follower = hub.follow();
  const patience = AbortSignal.timeout(PATIENCE_MS);
  let isSettled = false;
  try {
    follower.want(podSources(wanted.namespace));
    while (!signal.aborted) {
      const view = follower.look();
      const trouble = view.trouble();
      isSettled ||= trouble === undefined || patience.aborted;
      const pods = ownedPods(view, wanted.namespace, wanted);
      follower.heed(
        pods.flatMap(({ pod, owner }) => [pod.uid, pod.owner?.uid ?? pod.uid, owner?.uid ?? pod.uid]),
      );
      if (isSettled) yield { pods, trouble };
      const limit = AbortSignal.timeout(isSettled ? LOOK_MS : LOOK_MS / 40);
      await follower.changed(AbortSignal.any([signal, limit]));
    }
  } finally {
    follower.stop();
  }
}
