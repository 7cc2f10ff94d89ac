import { keyOf, type KubeObject } from '../objects.js';

/** All objects of one resource, indexed by key, namespace and label. */
export interface Collection {
  get(key: string): KubeObject | undefined;
  /** Objects of a namespace, or all; in no particular order. */
  list(namespace?: string): Iterable<KubeObject>;
  /** Objects of a namespace that carry one label. */
  labelled(namespace: string, label: string, value: string): Iterable<KubeObject>;
  count(namespace?: string): number;
  put(object: KubeObject): void;
  remove(object: KubeObject): void;
}

/** An empty collection. */
export function createCollection(): Collection {
  const byKey = new Map<string, KubeObject>();
  const byNamespace = new Map<string, Map<string, KubeObject>>();
  const byLabel = new Map<string, Map<string, KubeObject>>();

  function drop(object: KubeObject): void {
    const key = keyOf(object);
    byKey.delete(key);
    const { namespace } = object.metadata;
    if (namespace === undefined) return;
    removeFrom(byNamespace, namespace, key);
    for (const label of labelsOf(object)) removeFrom(byLabel, label, key);
  }

  return {
    get: (key) => byKey.get(key),
    list: (namespace) =>
      (namespace === undefined ? byKey : (byNamespace.get(namespace) ?? byNothing)).values(),
    labelled: (namespace, label, value) =>
      (byLabel.get(`${namespace}/${label}=${value}`) ?? byNothing).values(),
    count: (namespace) => (namespace === undefined ? byKey : (byNamespace.get(namespace) ?? byNothing)).size,
    put(object) {
      const key = keyOf(object);
      const previous = byKey.get(key);
      // Most writes change only the status: then no index moves.
      if (previous !== undefined && previous.metadata.labels === object.metadata.labels) {
        for (const index of indexesOf(object)) index.set(key, object);
        return;
      }
      if (previous !== undefined) drop(previous);
      byKey.set(key, object);
      const { namespace } = object.metadata;
      if (namespace === undefined) return;
      addTo(byNamespace, namespace, key, object);
      for (const label of labelsOf(object)) addTo(byLabel, label, key, object);
    },
    remove: drop,
  };

  function indexesOf(object: KubeObject): Map<string, KubeObject>[] {
    const { namespace } = object.metadata;
    const indexes = [byKey];
    if (namespace === undefined) return indexes;
    for (const map of [byNamespace.get(namespace), ...labelsOf(object).map((label) => byLabel.get(label))]) {
      if (map !== undefined) indexes.push(map);
    }
    return indexes;
  }
}

const byNothing = new Map<string, KubeObject>();

function labelsOf(object: KubeObject): string[] {
  const { namespace, labels } = object.metadata;
  return Object.entries(labels ?? {}).map(([name, value]) => `${namespace ?? ''}/${name}=${value}`);
}

function addTo(
  index: Map<string, Map<string, KubeObject>>,
  at: string,
  key: string,
  object: KubeObject,
): void {
  const found = index.get(at);
  if (found === undefined) index.set(at, new Map([[key, object]]));
  else found.set(key, object);
}

function removeFrom(index: Map<string, Map<string, KubeObject>>, at: string, key: string): void {
  const found = index.get(at);
  found?.delete(key);
  if (found?.size === 0) index.delete(at);
}
