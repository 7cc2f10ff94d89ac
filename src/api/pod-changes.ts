import { setTimeout as pause } from 'node:timers/promises';
import type { PodsView } from '../shared/contract/live-pods.js';
import type { PodsBrief } from '../shared/contract/pods-brief.js';
import { eventsIn } from '../shared/event-stream.js';
import type { GatewayClient } from './live/gateway-client.js';
import { Refusal } from './refusal.js';

/** Targets that one process follows at once; of more nothing is told. */
const MOST_FOLLOWED = 300;
/** Milliseconds until the gateway is asked again after it was lost. */
const AGAIN_MS = 5_000;
/** In whose name the gateway is asked: one connection serves everybody who may view the target. */
const ASKER = { id: 'board', name: 'the board' };

interface Place {
  readonly service: string;
  readonly environment: string;
}

type Watcher = (event: string) => void;

interface Followed {
  readonly watchers: Set<Watcher>;
  readonly over: AbortController;
  /** The event that was told last. */
  told?: string;
}

/**
 * Tells any number of watchers how many pods of a target are ready, with one connection to the gateway for each target
 * that somebody watches. Whoever begins to watch hears at once what is known. A target without pods tells nothing.
 */
export function createPodChanges({ gateway }: { readonly gateway?: GatewayClient | undefined }) {
  const targets = new Map<string, Followed>();

  function tell(followed: Followed, brief: PodsBrief): void {
    const event = `event: pods\ndata: ${JSON.stringify(brief)}\n\n`;
    if (event === followed.told) return;
    followed.told = event;
    for (const watcher of followed.watchers) watcher(event);
  }

  async function follow(known: GatewayClient, place: Place, followed: Followed): Promise<void> {
    const { signal } = followed.over;
    while (!signal.aborted) {
      let because = 'The gateway ended the connection';
      try {
        const claims = { purpose: 'pods', ...place, person: ASKER } as const;
        const chunks = await known.follow(claims, { follow: true }, signal);
        for await (const { event, data } of eventsIn(chunks))
          if (event === 'pods') tell(followed, briefOf(place, JSON.parse(data) as PodsView));
      } catch (error) {
        if (signal.aborted || (error instanceof Refusal && error.code === 'live.unsupported')) return;
        because = error instanceof Error ? error.message : String(error);
      }
      if (signal.aborted) return;
      tell(followed, { ...place, known: false, because });
      await pause(AGAIN_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  return {
    /** Answers how to stop. */
    watch(place: Place, watcher: Watcher): () => void {
      const name = `${place.service}/${place.environment}`;
      let followed = targets.get(name);
      if (!gateway || (!followed && targets.size >= MOST_FOLLOWED)) return () => undefined;
      if (!followed) {
        followed = { watchers: new Set(), over: new AbortController() };
        targets.set(name, followed);
        void follow(gateway, place, followed);
      }
      const { watchers, over, told } = followed;
      watchers.add(watcher);
      if (told !== undefined) watcher(told);
      return () => {
        watchers.delete(watcher);
        if (watchers.size > 0) return;
        over.abort();
        targets.delete(name);
      };
    },
  };
}

/** See `createPodChanges`. */
export type PodChanges = ReturnType<typeof createPodChanges>;

/** Workloads say how many pods there are to be; pods that nothing makes count as wanted. */
export function briefOf(place: Place, { pods, workloads, trouble, staleSince }: PodsView): PodsBrief {
  if (trouble !== undefined || staleSince !== undefined)
    return { ...place, known: false, because: trouble ?? 'The cluster has not been heard' };
  const alone = pods.filter(({ owner }) => owner === undefined);
  const sum = (numbers: readonly number[]) => numbers.reduce((all, n) => all + n, 0);
  return {
    ...place,
    known: true,
    ready: sum(workloads.map(({ ready }) => ready)) + alone.filter(({ ready }) => ready).length,
    desired: sum(workloads.map(({ desired }) => desired)) + alone.length,
  };
}
