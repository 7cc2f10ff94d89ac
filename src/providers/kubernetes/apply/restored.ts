import { EPOCH } from '../manifests/annotations.js';
import { copyOf, isSame, jsonAt, type Json } from '../json.js';
import type { KubeObject, ManagedFields } from '../object.js';
import { isMine } from './field-managers.js';
import { assign, isEntryOf, pathsOf, textOf, union, valueOn } from './field-set.js';

/**
 * What to write so that an object is as it was: its fields before, except those that somebody else owns alone by now,
 * such as the replicas of an autoscaler or an edit made since; they stay as they are.
 */
export function restored(before: KubeObject, live: KubeObject, mine: string, epoch: number): KubeObject {
  const wanted = copyOf(before) as Json;
  const owned = new Set(liveFields(live, (entry) => isMine(entry, mine)).map(textOf));
  for (const path of liveFields(live, (entry) => !isMine(entry, mine))) {
    const isStatus = path[0] && 'field' in path[0] && path[0].field === 'status';
    if (!isStatus && !owned.has(textOf(path))) assign(wanted, path, valueOn(live, path));
  }
  const metadata = { ...jsonAt(wanted, 'metadata') };
  delete metadata['managedFields'];
  const annotations = jsonAt(metadata, 'annotations');
  if (EPOCH in annotations) metadata['annotations'] = { ...annotations, [EPOCH]: String(epoch) };
  wanted['metadata'] = {
    ...metadata,
    uid: live.metadata.uid,
    resourceVersion: live.metadata.resourceVersion,
    creationTimestamp: live.metadata.creationTimestamp,
  };
  if (live['status'] !== undefined) wanted['status'] = live['status'];
  return wanted as KubeObject;
}

function liveFields(live: KubeObject, of: (entry: ManagedFields) => boolean) {
  return (live.metadata.managedFields ?? [])
    .filter((entry) => of(entry) && entry.subresource !== 'status')
    .flatMap((entry) => pathsOf(entry.fieldsV1));
}

/** Who owned which field before: entries of Beanpod as they were, those of others with what they have gained since. */
export function restoredOwners(
  before: readonly ManagedFields[],
  live: readonly ManagedFields[],
  mine: string,
): readonly ManagedFields[] {
  const kept = before.map((entry) => {
    const now = live.find((each) => isEntryOf(each, entry));
    if (!now || isMine(entry, mine)) return entry;
    return { ...entry, ...now, fieldsV1: union(entry.fieldsV1 ?? {}, now.fieldsV1 ?? {}) };
  });
  const others = live.filter(
    (entry) => !isMine(entry, mine) && !before.some((each) => isEntryOf(each, entry)),
  );
  return [...kept, ...others];
}

/** Whether two objects are the same for people: status, versions, counters, owners of fields and our fence aside. */
export function isSameContent(one: KubeObject, other: KubeObject): boolean {
  return isSame(withoutFence(contentOf(one)), withoutFence(contentOf(other)));
}

const SERVER_METADATA = [
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'managedFields',
  'selfLink',
];

/** An object without status and without what only the server writes. */
export function contentOf(object: KubeObject): KubeObject {
  const { status: _, ...rest } = object;
  const metadata: Json = { ...object.metadata };
  for (const field of SERVER_METADATA) delete metadata[field];
  return { ...rest, metadata };
}

function withoutFence(object: KubeObject): KubeObject {
  const annotations: Record<string, string> = { ...object.metadata.annotations };
  delete annotations[EPOCH];
  return { ...object, metadata: { ...object.metadata, annotations } };
}
