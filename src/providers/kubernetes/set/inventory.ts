import { createHash } from 'node:crypto';
import type { BaselineObject } from '../baseline.js';
import type { Place } from '../gateway.js';
import { isJson, textAt, type Json } from '../json.js';
import { KEPT } from '../manifests/annotations.js';
import type { KubeObject, ObjectRef } from '../object.js';

/** One object that a target has deployed. `uid` is missing while it is only meant to be made, by the deployment `by`. */
export type InventoryEntry = Omit<BaselineObject, 'part' | 'before'> & {
  readonly uid?: string;
  readonly by?: string;
};

const CONFIG_MAPS = { group: '', version: 'v1', plural: 'configmaps', namespaced: true } as const;

/** The record of a target's objects: a ConfigMap in its namespace, which kubectl reads as an ApplySet parent. */
export interface InventoryPlace extends Place {
  readonly ref: ObjectRef;
  readonly kind: string;
  /** What members of the set carry as label `applyset.kubernetes.io/part-of`. */
  readonly id: string;
}

/** Where the inventory of a target is. */
export function inventoryOf(service: string, environment: string, namespace: string): InventoryPlace {
  const name = `beanpod-${service}-${environment}`;
  // The form of the id: https://kubernetes.io/docs/reference/labels-annotations-taints/#applyset-kubernetes-io-id
  const hash = createHash('sha256').update(`${name}.${namespace}.ConfigMap.`).digest('base64url');
  return {
    resource: CONFIG_MAPS,
    namespace,
    name,
    kind: 'ConfigMap',
    ref: { apiVersion: 'v1', kind: 'ConfigMap', namespace, name },
    id: `applyset-${hash}-v1`,
  };
}

/** The ConfigMap that records these objects, and the copies of Secrets that were made of them. */
export function inventoryObject(
  place: InventoryPlace,
  entries: readonly InventoryEntry[],
  copies: readonly string[] = [],
): KubeObject {
  const kinds = new Set(
    entries.map(({ apiVersion, kind }) => {
      const group = apiVersion.includes('/') ? `.${apiVersion.split('/')[0]}` : '';
      return `${kind}${group}`;
    }),
  );
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: place.name,
      ...(place.namespace !== undefined && { namespace: place.namespace }),
      labels: { 'applyset.kubernetes.io/id': place.id },
      annotations: {
        'applyset.kubernetes.io/tooling': 'beanpod/v1',
        'applyset.kubernetes.io/contains-group-kinds': [...kinds].sort().join(','),
        ...(copies.length > 0 && { [KEPT]: copies.join(',') }),
      },
    },
    data: { inventory: JSON.stringify(entries) },
  };
}

/** What an inventory records; nothing when somebody has damaged it, so that nothing is deleted by it. */
export function readInventory(object: KubeObject | undefined): readonly InventoryEntry[] {
  const text = textAt(object, 'data', 'inventory');
  if (text === undefined) return [];
  try {
    const entries: unknown = JSON.parse(text);
    return Array.isArray(entries) ? entries.filter(isEntry) : [];
  } catch {
    return [];
  }
}

/** The names of the copies of Secrets that an inventory records. */
export function copiesIn(object: KubeObject | undefined): readonly string[] {
  return object?.metadata.annotations?.[KEPT]?.split(',') ?? [];
}

function isEntry(entry: unknown): entry is InventoryEntry {
  const has = (field: string) => typeof (entry as Json)[field] === 'string';
  return (
    isJson(entry) &&
    ['apiVersion', 'kind', 'plural', 'name'].every(has) &&
    typeof entry['namespaced'] === 'boolean'
  );
}
