import type { KubeObject } from '../object.js';
import { numberAt, textAt } from './fields.js';

/** What is kept of an Event. */
export interface EventView {
  readonly uid: string;
  readonly version: string;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  /** The object that it is about. */
  readonly about: { readonly kind: string; readonly name: string; readonly uid: string };
  /** The container that it is about, when it is about one. */
  readonly container: string | undefined;
  readonly count: number;
  /** When it was seen last by the clock of its reporter, RFC 3339. */
  readonly at: string;
}

/** Longest message kept of one event, in characters. */
const MOST_MESSAGE = 1_000;

/** Reads an Event of core/v1, also one written through events.k8s.io, whose count and times live in a series. */
export function eventView(event: KubeObject): EventView {
  const path = read(event, 'involvedObject', 'fieldPath');
  return {
    uid: event.metadata.uid ?? '',
    version: event.metadata.resourceVersion ?? '',
    type: read(event, 'type'),
    reason: read(event, 'reason'),
    message: read(event, 'message').slice(0, MOST_MESSAGE),
    about: {
      kind: read(event, 'involvedObject', 'kind'),
      name: read(event, 'involvedObject', 'name'),
      uid: read(event, 'involvedObject', 'uid'),
    },
    container: /\{(?<name>[^}]+)\}$/.exec(path)?.groups?.['name'],
    count: numberAt(event, 'series', 'count') ?? numberAt(event, 'count') ?? 1,
    at: lastSeen(event),
  };
}

function read(event: KubeObject, ...path: readonly string[]): string {
  return textAt(event, ...path) ?? '';
}

function lastSeen(event: KubeObject): string {
  return (
    textAt(event, 'series', 'lastObservedTime') ??
    textAt(event, 'lastTimestamp') ??
    textAt(event, 'eventTime') ??
    event.metadata.creationTimestamp ??
    ''
  );
}
