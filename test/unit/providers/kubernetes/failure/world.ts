import { createCollection } from '../../../../../src/providers/kubernetes/watch/collection.js';
import type { ClusterView } from '../../../../../src/providers/kubernetes/watch/cluster-view.js';
import {
  eventReading,
  objectReading,
  podReading,
} from '../../../../../src/providers/kubernetes/watch/reading.js';
import type { KubeObject } from '../../../../../src/providers/kubernetes/object.js';

/** What the watches would show. */
export interface World {
  /** By the path of their collection; a path that is missing has not been seen. */
  readonly objects: Readonly<Record<string, readonly KubeObject[]>>;
  readonly pods?: readonly KubeObject[];
  readonly events?: readonly KubeObject[];
  readonly trouble?: string;
  /** Up to where every collection is known. */
  readonly version?: string;
}

/** The view of a world, kept exactly as the watches keep it. */
export function viewOf({ objects, pods = [], events = [], trouble, version = '1000' }: World): ClusterView {
  const kept = new Map(
    Object.entries(objects).map(([path, list]) => {
      const collection = createCollection(objectReading);
      for (const object of list) collection.put(object);
      return [path, collection] as const;
    }),
  );
  const keptPods = createCollection(podReading);
  for (const pod of pods) keptPods.put(pod);
  const keptEvents = createCollection(eventReading);
  for (const event of events) keptEvents.put(event);
  return {
    trouble: () => trouble,
    isSeen: (path) => kept.has(path),
    object(path, name) {
      const object = kept.get(path)?.get(name);
      if (object) return { said: 'found', object };
      return kept.has(path) ? { said: 'absent', version } : { said: 'unseen' };
    },
    owned: (path, uid) => kept.get(path)?.group(uid) ?? [],
    pods: (_, uid) => keptPods.group(uid),
    pod: (_, name) => keptPods.get(name),
    allPods: () => keptPods.all(),
    events: (_, uid) => keptEvents.group(uid),
  };
}
