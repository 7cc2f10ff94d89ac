import { keyOf, type KubeObject } from '../objects.js';
import { createCollection, type Collection } from './collection.js';

/** One committed change. `previous` is what the change replaced or deleted. */
export interface Change {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  collection: string;
  object: KubeObject;
  previous: KubeObject | undefined;
  version: number;
}

/** Is told of every committed change, in order and at once; must not throw. */
export type Listener = (change: Change) => void;

/** All objects, one global resourceVersion, and a bounded history per collection for watches. */
export interface Store {
  collection(name: string): Collection;
  /** The resourceVersion of the latest change. */
  version(): number;
  /** Stores an object under the next resourceVersion and returns it as stored. */
  put(collection: string, object: KubeObject): KubeObject;
  /** Removes an object; the returned last state carries the resourceVersion of the deletion. */
  remove(collection: string, object: KubeObject): KubeObject;
  /** Objects that name `uid` as an owner, with their collection. */
  dependents(uid: string): { collection: string; object: KubeObject }[];
  /** Tells whether an object with this uid is stored. */
  has(uid: string): boolean;
  /** Changes of a collection after a version; undefined when history no longer reaches back that far. */
  since(collection: string, version: number): readonly Change[] | undefined;
  /** Forgets history up to a version, as compaction of etcd does. */
  compact(version: number): void;
  /** The version below which history is gone. */
  compacted(): number;
  listen(listener: Listener): () => void;
}

/** An empty store that remembers at most `historySize` changes per collection. */
export function createStore(historySize: number): Store {
  const collections = new Map<string, Collection>();
  const history = new Map<string, { changes: Change[]; lost: number }>();
  const owners = new Map<string, Map<string, { collection: string; key: string }>>();
  const uids = new Set<string>();
  const listeners = new Set<Listener>();
  let version = 1;
  let floor = 0;

  function collection(name: string): Collection {
    let found = collections.get(name);
    if (found === undefined) collections.set(name, (found = createCollection()));
    return found;
  }

  function record(change: Change): void {
    let log = history.get(change.collection);
    if (log === undefined) history.set(change.collection, (log = { changes: [], lost: 0 }));
    log.changes.push(change);
    // Trimming in large steps keeps the cost of a write constant.
    if (log.changes.length > 2 * historySize) {
      const gone = log.changes.splice(0, log.changes.length - historySize);
      log.lost = gone.at(-1)?.version ?? log.lost;
    }
    for (const listener of listeners) listener(change);
  }

  function indexOwners(name: string, object: KubeObject, previous: KubeObject | undefined): void {
    if (previous?.metadata.ownerReferences === object.metadata.ownerReferences) return;
    if (previous !== undefined) dropOwners(name, previous);
    for (const owner of object.metadata.ownerReferences ?? []) {
      const found = owners.get(owner.uid) ?? new Map<string, { collection: string; key: string }>();
      owners.set(owner.uid, found.set(`${name} ${keyOf(object)}`, { collection: name, key: keyOf(object) }));
    }
  }

  function dropOwners(name: string, object: KubeObject): void {
    for (const owner of object.metadata.ownerReferences ?? []) {
      const found = owners.get(owner.uid);
      found?.delete(`${name} ${keyOf(object)}`);
      if (found?.size === 0) owners.delete(owner.uid);
    }
  }

  function stamped(object: KubeObject): KubeObject {
    version += 1;
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
  }

  return {
    collection,
    version: () => version,
    put(name, object) {
      const previous = collection(name).get(keyOf(object));
      const stored = stamped(object);
      collection(name).put(stored);
      uids.add(stored.metadata.uid);
      indexOwners(name, stored, previous);
      record({
        type: previous === undefined ? 'ADDED' : 'MODIFIED',
        collection: name,
        object: stored,
        previous,
        version,
      });
      return stored;
    },
    remove(name, object) {
      const previous = collection(name).get(keyOf(object)) ?? object;
      const last = stamped(previous);
      collection(name).remove(previous);
      uids.delete(last.metadata.uid);
      dropOwners(name, previous);
      record({ type: 'DELETED', collection: name, object: last, previous, version });
      return last;
    },
    dependents(uid) {
      const found: { collection: string; object: KubeObject }[] = [];
      for (const { collection: name, key } of owners.get(uid)?.values() ?? []) {
        const object = collection(name).get(key);
        if (object !== undefined) found.push({ collection: name, object });
      }
      return found;
    },
    has: (uid) => uids.has(uid),
    since(name, after) {
      const log = history.get(name);
      if (after < floor || (log !== undefined && after < log.lost)) return undefined;
      const changes = log?.changes ?? [];
      let low = 0;
      let high = changes.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((changes[middle]?.version ?? 0) <= after) low = middle + 1;
        else high = middle;
      }
      return changes.slice(low);
    },
    compact(upTo) {
      floor = Math.max(floor, Math.min(upTo, version));
    },
    compacted: () => floor,
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
