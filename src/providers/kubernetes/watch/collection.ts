import type { KubeObject } from '../object.js';
import type { Reading } from './reading.js';

/** The kept contents of one list of the API server. Writers are told which uids a change concerns. */
export interface Collection<T> {
  get(name: string): T | undefined;
  /** What belongs to an owner, or the events about an object. */
  group(uid: string): readonly T[];
  readonly size: number;
  all(): readonly T[];
  /** Adds or replaces one; the same version again changes nothing. */
  put(object: KubeObject): readonly string[];
  remove(object: KubeObject): readonly string[];
  /** Begins a new list: what is not put before `finish` was deleted in the meantime. */
  restart(): { put(object: KubeObject): readonly string[]; finish(): readonly string[] };
}

interface Entry<T> {
  readonly version: string;
  readonly kept: T;
}

export function createCollection<T>(reading: Reading<T>): Collection<T> {
  const entries = new Map<string, Entry<T>>();
  const groups = new Map<string, Set<T>>();

  function leaveGroup(kept: T): void {
    const uid = reading.groupOf(kept);
    const group = uid === undefined ? undefined : groups.get(uid);
    group?.delete(kept);
    if (uid !== undefined && group?.size === 0) groups.delete(uid);
  }

  function joinGroup(kept: T): void {
    const uid = reading.groupOf(kept);
    if (uid === undefined) return;
    const group = groups.get(uid);
    if (group) group.add(kept);
    else groups.set(uid, new Set([kept]));
  }

  function concerned(kept: T): readonly string[] {
    const group = reading.groupOf(kept);
    return group === undefined ? [reading.uidOf(kept)] : [reading.uidOf(kept), group];
  }

  function put(object: KubeObject): readonly string[] {
    const name = keyOf(object);
    const version = object.metadata.resourceVersion ?? '';
    const old = entries.get(name);
    if (old && version !== '' && old.version === version) return [];
    const kept = reading.keep(object);
    if (old) leaveGroup(old.kept);
    // A name that was deleted and used again counts for both.
    const before = old ? concerned(old.kept) : [];
    entries.delete(name);
    entries.set(name, { version, kept });
    joinGroup(kept);
    if (entries.size > reading.most) dropOldest();
    return [...new Set([...before, ...concerned(kept)])];
  }

  function drop(name: string): readonly string[] {
    const old = entries.get(name);
    if (!old) return [];
    entries.delete(name);
    leaveGroup(old.kept);
    return concerned(old.kept);
  }

  function dropOldest(): void {
    const [oldest] = entries.keys();
    if (oldest !== undefined) drop(oldest);
  }

  return {
    get: (name) => entries.get(name)?.kept,
    group: (uid) => [...(groups.get(uid) ?? [])],
    all: () => [...entries.values()].map(({ kept }) => kept),
    get size() {
      return entries.size;
    },
    put,
    remove: (object) => drop(keyOf(object)),
    restart() {
      const gone = new Set(entries.keys());
      return {
        put(object) {
          gone.delete(keyOf(object));
          return put(object);
        },
        finish: () => [...gone].flatMap((name) => drop(name)),
      };
    },
  };
}

/** Names are unique within the namespace that a collection is of. */
function keyOf({ metadata }: KubeObject): string {
  return metadata.name ?? '';
}
