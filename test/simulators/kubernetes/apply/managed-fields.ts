import { same, type Fields } from '../json.js';
import { timestamp, type KubeObject, type ManagedFieldsEntry } from '../objects.js';
import type { Schema } from '../schema/schema.js';
import {
  difference,
  emptySet,
  fromFieldsV1,
  isEmpty,
  toFieldsV1,
  union,
  type FieldSet,
} from './field-set.js';
import { compare } from './typed-fields.js';

/** Who writes, as managedFields tell writers apart. */
export interface Writer {
  manager: string;
  operation: 'Apply' | 'Update';
  apiVersion: string;
  subresource?: string | undefined;
}

/** One manager with the fields it owns. */
export interface Ownership {
  writer: Writer;
  set: FieldSet;
  time: string | undefined;
}

// Identity and bookkeeping belong to the server.
const NOBODYS: FieldSet = fromFieldsV1({
  'f:apiVersion': {},
  'f:kind': {},
  'f:metadata': {
    'f:name': {},
    'f:namespace': {},
    'f:selfLink': {},
    'f:uid': {},
    'f:generation': {},
    'f:resourceVersion': {},
    'f:creationTimestamp': {},
    'f:deletionTimestamp': {},
    'f:deletionGracePeriodSeconds': {},
    'f:managedFields': {},
  },
});

/** The set without the fields that nobody can own. */
export function ownable(set: FieldSet): FieldSet {
  const result: FieldSet = { owned: false, below: new Map(set.below) };
  result.below.delete('f:apiVersion');
  result.below.delete('f:kind');
  const metadata = result.below.get('f:metadata');
  if (metadata !== undefined) {
    const kept = new Map(
      [...metadata.below].filter(([name]) => !NOBODYS.below.get('f:metadata')?.below.has(name)),
    );
    if (kept.size === 0) result.below.delete('f:metadata');
    else result.below.set('f:metadata', { owned: false, below: kept });
  }
  return result;
}

/** Reads metadata.managedFields. */
export function readOwners(entries: readonly ManagedFieldsEntry[] | undefined): Ownership[] {
  return (entries ?? []).map((entry) => ({
    writer: {
      manager: entry.manager,
      operation: entry.operation,
      apiVersion: entry.apiVersion,
      subresource: entry.subresource,
    },
    set: fromFieldsV1(entry.fieldsV1),
    time: entry.time,
  }));
}

/** Writes metadata.managedFields in the order of the server; managers that own nothing are left out. */
export function writeOwners(owners: Ownership[]): ManagedFieldsEntry[] {
  return sortEntries(
    owners.filter((owner) => !isEmpty(owner.set)).map((owner) => entryOf(owner, toFieldsV1(owner.set))),
  );
}

/** The entries in the order of the server: applies first, then by time and manager. */
export function sortEntries(entries: ManagedFieldsEntry[]): ManagedFieldsEntry[] {
  return entries.sort((a, b) => order(a).localeCompare(order(b)));
}

/** Tells whether two writers are one manager. */
export function sameWriter(a: Writer, b: Writer): boolean {
  return (
    a.manager === b.manager &&
    a.operation === b.operation &&
    a.apiVersion === b.apiVersion &&
    (a.subresource ?? '') === (b.subresource ?? '')
  );
}

/** The managedFields after a write that is not an apply: the writer takes what it changed from everybody else. */
export function trackUpdate(
  before: KubeObject | undefined,
  after: KubeObject,
  schema: Schema,
  writer: Writer,
): ManagedFieldsEntry[] {
  // An object that arrives with managedFields brings its own bookkeeping; `[{}]` asks to forget all of it.
  const sent = after.metadata.managedFields;
  const base = sent !== undefined && sent.length > 0 ? sent : before?.metadata.managedFields;
  const owners = readOwners(base?.filter((entry) => entry.manager !== undefined));
  const change = compare(bare(before), bare(after), schema);
  const set = ownable(change.set);
  const removed = ownable(change.removed);
  if (isEmpty(set) && isEmpty(removed)) return writeOwners(owners);
  let mine: Ownership | undefined;
  for (const owner of owners) {
    owner.set = difference(owner.set, removed);
    if (sameWriter(owner.writer, writer)) mine = owner;
    else owner.set = difference(owner.set, set);
  }
  if (mine === undefined) {
    mine = { writer, set: emptySet(), time: undefined };
    owners.push(mine);
  }
  const grown = union(mine.set, set);
  if (!same(toFieldsV1(grown), toFieldsV1(mine.set)) || !isEmpty(set)) mine.time = timestamp();
  mine.set = grown;
  return writeOwners(owners);
}

/** The object as comparisons see it: without its managedFields. */
export function bare(object: KubeObject | undefined): unknown {
  if (object === undefined) return {};
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function entryOf(owner: Ownership, fieldsV1: Fields): ManagedFieldsEntry {
  const { manager, operation, apiVersion, subresource } = owner.writer;
  return {
    manager,
    operation,
    apiVersion,
    ...(owner.time === undefined ? {} : { time: owner.time }),
    fieldsType: 'FieldsV1',
    fieldsV1,
    ...(subresource === undefined || subresource === '' ? {} : { subresource }),
  };
}

function order(entry: ManagedFieldsEntry): string {
  return [entry.operation, entry.time ?? '', entry.manager, entry.apiVersion, entry.subresource ?? ''].join(
    ' ',
  );
}
