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

/** A recorder that stores events in the namespace of their object. */
export function createEventRecorder(store: Store): EventRecorder {
  const known = new Map<string, string>();
  return {
    record(about, text) {
      const namespace = about.metadata.namespace ?? 'default';
      if (store.collection('namespaces').get(namespace)?.metadata.deletionTimestamp !== undefined) return;
      const { uid } = about.metadata;
      const identity = [uid, text.type, text.reason, text.fieldPath, text.from, text.message].join('\u0000');
      const key = known.get(identity);
      const found = key === undefined ? undefined : (store.collection('events').get(key) as Event | undefined);
      if (found !== undefined) {
        store.put('events', { ...found, count: found.count + 1, lastTimestamp: timestamp() });
        return;
      }
      const event = newEvent(about, namespace, text);
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
