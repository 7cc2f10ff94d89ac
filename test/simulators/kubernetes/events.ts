import { randomUUID } from 'node:crypto';
import { timestamp, type KubeObject, type TypedName } from './objects.js';
import type { Store } from './store/store.js';

/** What an event says. */
export interface EventText {
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
  /** `spec.containers{web}` for events of one container. */
  fieldPath?: string;
  /** The component that speaks: kubelet, default-scheduler, deployment-controller … */
  from: string;
}

/** A core/v1 Event as the simulator writes it. */
export interface Event extends KubeObject {
  involvedObject: TypedName & { fieldPath?: string; resourceVersion?: string };
  reason: string;
  message: string;
  type: string;
  count: number;
  firstTimestamp: string;
  lastTimestamp: string;
}

/** Writes Events; the same words about the same object again raise the count of the first Event. */
export interface EventRecorder {
  record(about: KubeObject, text: EventText): void;
}

/** From this many similar events on, further ones are combined into one, as clients of the real server do. */
const SIMILAR = 10;

/** A recorder that stores events in the namespace of their object. */
export function createEventRecorder(store: Store): EventRecorder {
  /** Keys of stored events, by everything that makes two events the same. */
  const known = new Map<string, string>();
  /** Distinct messages so far, by everything but the message. */
  const similar = new Map<string, number>();

  return {
    record(about, text) {
      const namespace = about.metadata.namespace ?? 'default';
      if (store.collection('namespaces').get(namespace)?.metadata.deletionTimestamp !== undefined) return;
      const group = [about.metadata.uid, text.type, text.reason, text.fieldPath, text.from].join('\u0000');
      const combined = !known.has(`${group}\u0000${text.message}`) && (similar.get(group) ?? 0) >= SIMILAR;
      const identity = combined ? group : `${group}\u0000${text.message}`;
      const message = combined ? `(combined from similar events): ${text.message}` : text.message;
      const found = store.collection('events').get(known.get(identity) ?? '') as Event | undefined;
      if (found !== undefined) {
        store.put('events', { ...found, message, count: found.count + 1, lastTimestamp: timestamp() });
        return;
      }
      similar.set(group, (similar.get(group) ?? 0) + 1);
      const event = newEvent(about, namespace, { ...text, message });
      known.set(identity, `${namespace}/${event.metadata.name}`);
      store.put('events', event);
    },
  };
}

function newEvent(about: KubeObject, namespace: string, text: EventText): Event {
  const now = timestamp();
  const { name, uid, resourceVersion } = about.metadata;
  const unique = Date.now().toString(16) + Math.floor(Math.random() * 0xffff_ffff).toString(16);
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      name: `${name}.${unique}`,
      namespace,
      uid: randomUUID(),
      resourceVersion: '',
      creationTimestamp: now,
    },
    involvedObject: {
      kind: about.kind,
      ...(about.metadata.namespace === undefined ? {} : { namespace }),
      name,
      uid,
      apiVersion: about.apiVersion,
      resourceVersion,
      ...(text.fieldPath === undefined ? {} : { fieldPath: text.fieldPath }),
    },
    reason: text.reason,
    message: text.message,
    source: { component: text.from },
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
    type: text.type,
    eventTime: null,
    reportingComponent: text.from,
    reportingInstance: '',
  };
}
