import type { KubeObject } from '../object.js';
import { eventView, type EventView } from './event-view.js';
import { objectView } from './object-view.js';
import { ownerOf, podView, type PodView } from './pod-view.js';

/** How the objects of a collection are kept and found again. */
export interface Reading<T> {
  keep(object: KubeObject): T;
  /** What it belongs to: the uid of its owner, or of what an event is about. */
  groupOf(kept: T): string | undefined;
  uidOf(kept: T): string;
  /** Most entries to keep; the oldest go first. */
  readonly most: number;
}

export const podReading: Reading<PodView> = {
  keep: podView,
  groupOf: (pod) => pod.owner?.uid,
  uidOf: (pod) => pod.uid,
  most: Infinity,
};

/** Events are kept for an hour by the API server, however many: the newest thousands are enough to judge. */
export const eventReading: Reading<EventView> = {
  keep: eventView,
  groupOf: (event) => event.about.uid,
  uidOf: (event) => event.uid,
  most: 5_000,
};

export const objectReading: Reading<KubeObject> = {
  keep: objectView,
  groupOf: (object) => ownerOf(object)?.uid,
  uidOf: (object) => object.metadata.uid ?? '',
  most: Infinity,
};
