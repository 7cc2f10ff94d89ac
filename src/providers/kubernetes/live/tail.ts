import { setMaxListeners } from 'node:events';
import type { OwnedTurn, TailBatch, TailWish } from '../../live-operations.js';
import type { Cluster } from '../connect/clusters.js';
import type { ContainerView } from '../watch/container-view.js';
import type { PodView } from '../watch/pod-view.js';
import { sleep } from '../watch/sleep.js';
import { followContainerLog } from './container-log.js';
import { followPods } from './follow-pods.js';
import { createLineBuffer } from './line-buffer.js';
import { decodePositions, type LogPosition } from './log-position.js';

/** Lines that come within this time, in milliseconds, travel together and are put in order; at first some more, as the past comes in. */
const GATHER_MS = 100;
const FIRST_GATHER_MS = 500;
/** Containers that one reader follows at once. */
const MOST_CONTAINERS = 100;

/**
 * The logs of all containers of a target as one. Reading goes on while nobody takes a batch: what does not fit is counted,
 * so that a slow reader costs no more than a fast one.
 */
export async function* tailPods(
  { hub, transport }: Cluster,
  turn: OwnedTurn & { readonly namespace: string },
  wish: TailWish,
): AsyncGenerator<TailBatch> {
  const over = new AbortController();
  const signal = AbortSignal.any([turn.signal, over.signal]);
  // Every container listens to it.
  setMaxListeners(0, signal);
  const positions = decodePositions(wish.after ?? '');
  const isResumed = wish.after !== undefined;
  const buffer = createLineBuffer(positions);
  const followed = new Set<string>();
  let pods = new Map<string, PodView>();
  let trouble: Error | undefined;
  let isFirstLook = true;

  function follow(pod: PodView, container: ContainerView): void {
    const { name, uid } = pod;
    const key = `${uid}/${container.name}`;
    if (followed.has(key)) return;
    if (followed.size >= MOST_CONTAINERS) {
      if (isFirstLook) buffer.say({ pod: name, container: container.name, text: TOO_MANY });
      return;
    }
    followed.add(key);
    const source = `${name}/${container.name}`;
    const position = positions.get(source);
    // What comes while somebody reads is read from its beginning.
    const isOld = isFirstLook && !isResumed;
    const about = { pod: name, container: container.name };
    const log = {
      transport,
      namespace: turn.namespace,
      ...about,
      signal,
      look: () => pods.get(uid)?.containers.find((each) => each.name === container.name),
      heard(at: string, text: string, here: LogPosition) {
        if (wish.wants(text)) buffer.push({ ...about, at, text }, here);
      },
      say: (text: string) => buffer.say({ ...about, text }),
    };
    const start = {
      position,
      since: isOld ? wish.since : undefined,
      tail: isOld ? (wish.tail ?? (wish.since === undefined ? 100 : undefined)) : undefined,
      previous: isOld && (wish.previous ?? true),
    };
    void followContainerLog(log, start).finally(() => {
      followed.delete(key);
      buffer.forget(source);
    });
  }

  async function followAll(): Promise<void> {
    let shown: string | undefined;
    for await (const { pods: owned, trouble: said } of followPods(hub, turn, signal)) {
      pods = new Map(owned.map(({ pod }) => [pod.uid, pod]));
      for (const { pod } of owned) {
        if (wish.pod !== undefined && pod.name !== wish.pod) continue;
        for (const container of pod.containers)
          if (wish.container === undefined || container.name === wish.container) follow(pod, container);
      }
      isFirstLook = false;
      if (said !== undefined && said !== shown) buffer.say({ pod: '', container: '', text: said });
      shown = said;
    }
  }

  followAll().catch((error: unknown) => {
    trouble = error instanceof Error ? error : new Error(String(error));
  });
  try {
    await sleep(FIRST_GATHER_MS, signal);
    while (!signal.aborted) {
      if (trouble !== undefined) throw trouble;
      const batch = buffer.take();
      if (batch) yield batch;
      if (!buffer.hasMore()) await sleep(GATHER_MS, signal);
    }
  } finally {
    over.abort();
  }
}

const TOO_MANY = `It is not followed: ${MOST_CONTAINERS} containers are, which is the most; choose a pod or a container`;
