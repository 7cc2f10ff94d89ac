import type { EventView } from '../watch/event-view.js';
import type { PodView } from '../watch/pod-view.js';
import type { Ages } from './ages.js';
import type { Graces } from './graces.js';

/** One new pod with all that its signs are read from. */
export interface PodLook {
  readonly pod: PodView;
  readonly events: readonly EventView[];
  readonly ages: Ages;
  readonly graces: Graces;
  /** Of its workload; Infinity when it has none. */
  readonly progressDeadlineMs: number;
  /** Whether any other new pod is ready. */
  readonly othersReady: boolean;
}

/** The newest event with one of the reasons, about one container when that is named. */
export function newest(
  events: readonly EventView[],
  reasons: readonly string[],
  container?: string,
): EventView | undefined {
  let found: EventView | undefined;
  for (const event of events) {
    if (!reasons.includes(event.reason)) continue;
    if (container !== undefined && event.container !== container) continue;
    if (!found || isNewer(event, found)) found = event;
  }
  return found;
}

function isNewer(event: EventView, than: EventView): boolean {
  return event.at === than.at ? Number(event.version) > Number(than.version) : event.at > than.at;
}
