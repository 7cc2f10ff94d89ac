import type { WatchedView } from '../watch/cluster-view.js';
import type { Source } from '../watch/source.js';
import type { WatchHub } from '../watch/watch-hub.js';
import { ownedPods, podSources, type OwnedPod } from './owned-pods.js';

/** A workload that nobody has seen yet wakes no follower, so everybody looks by themselves so often. */
const LOOK_MS = 1_500;
/** How long the watches may take to be there before they are shown with their trouble. */
const PATIENCE_MS = 10_000;

/** The pods of a target at one moment. */
export interface PodsLook {
  readonly pods: readonly OwnedPod[];
  /** Why this may be old or incomplete. */
  readonly trouble: string | undefined;
  /** Everything that is watched. */
  readonly view: WatchedView;
}

interface Wanted {
  readonly namespace: string;
  readonly service: string;
  readonly environment: string;
}

/** What to watch besides the pods and their owners. */
export interface Besides {
  readonly sources: readonly Source[];
  /** Uids whose changes count too. */
  uids(view: WatchedView): readonly string[];
}

/**
 * The pods of a target now, and again whenever something near them may have changed, until the signal aborts. The first
 * look waits until the watches have answered, for some seconds at most.
 */
export async function* followPods(
  hub: WatchHub,
  wanted: Wanted,
  signal: AbortSignal,
  besides: Besides = { sources: [], uids: () => [] },
): AsyncGenerator<PodsLook> {
  const follower = hub.follow();
  const patience = AbortSignal.timeout(PATIENCE_MS);
  let isSettled = false;
  try {
    follower.want([...podSources(wanted.namespace), ...besides.sources]);
    while (!signal.aborted) {
      const view = follower.look();
      const trouble = view.trouble();
      isSettled ||= trouble === undefined || patience.aborted;
      const pods = ownedPods(view, wanted.namespace, wanted);
      follower.heed([
        ...pods.flatMap(({ pod, owner }) => [pod.uid, pod.owner?.uid ?? pod.uid, owner?.uid ?? pod.uid]),
        ...besides.uids(view),
      ]);
      if (isSettled) yield { pods, trouble, view };
      const limit = AbortSignal.timeout(isSettled ? LOOK_MS : LOOK_MS / 50);
      await follower.changed(AbortSignal.any([signal, limit]));
    }
  } finally {
    follower.stop();
  }
}
