import { alreadyExists, conflict, invalid, notFound, STALE } from '../api-error.js';
import { checkImmutable } from '../admission/immutable.js';
import { applyDefaults } from '../admission/defaults.js';
import { required, validate } from '../admission/validate.js';
import { trackUpdate } from '../apply/managed-fields.js';
import { clone, fieldsAt, same, withoutNulls, type Fields } from '../json.js';
import { keyOf, type KubeObject } from '../objects.js';
import { apiVersionOf, collectionOf, subjectOf, type ResourceType } from '../registry/resource-type.js';
import { customViolations } from '../schema/custom-schema.js';
import type { Store } from '../store/store.js';
import { admitToNamespace, changedMetadata, decode, matchesPath, newMetadata } from './prepare.js';
import { statusEntry } from './status-entry.js';
import type { Mutation, WriteCall } from './write-call.js';

/** Admission that needs to see other objects; throws an ApiError to refuse one. */
export interface Admission {
  /** Runs after defaulting: fills in what depends on other objects. */
  fill(type: ResourceType, object: KubeObject, live: KubeObject | undefined): void;
  /** Runs after validation: may refuse a new object. */
  admit(type: ResourceType, object: KubeObject): void;
}

/** Where an object is. */
export interface Place {
  type: ResourceType;
  namespace: string | undefined;
  name: string;
}

/** How an update came about. */
export interface UpdateKind {
  verb: 'update' | 'patch' | 'apply';
  subresource?: string | undefined;
  /** An apply brings its managedFields along; everything else has them computed. */
  managed: 'tracked' | 'given';
}

/** The one way objects change: decoding, admission, defaulting, validation, managedFields, generation, commit. */
export interface Writes {
  create(
    type: ResourceType,
    namespace: string | undefined,
    body: unknown,
    call: WriteCall,
    kind?: UpdateKind,
  ): KubeObject;
  /** `change` gets the live object and returns the whole new one; called once. An update without effect commits nothing. */
  update(place: Place, change: (live: KubeObject) => unknown, call: WriteCall, kind: UpdateKind): KubeObject;
  /** The short way for controllers: replaces the status of a stored object, nothing else. */
  setStatus(type: ResourceType, object: KubeObject, status: unknown, call: WriteCall): KubeObject;
  /** Takes an object out of the store at once. */
  purge(type: ResourceType, object: KubeObject): KubeObject;
}

/** Builds the write path over a store. `committed` is told of every write that was stored. */
export function createWrites(
  store: Store,
  admission: Admission,
  committed: (mutation: Commit) => void,
): Writes {
  function commit(type: ResourceType, object: KubeObject, call: WriteCall, kind: CommitKind): KubeObject {
    if (call.dryRun) return object;
    const stored = store.put(collectionOf(type), object);
    committed({ type, object: stored, call, ...kind });
    return stored;
  }

  function complete(type: ResourceType, object: KubeObject, live: KubeObject | undefined): void {
    if (type.custom !== undefined) return refuseCustom(type, object);
    applyDefaults(type.kind, object);
    admission.fill(type, object, live);
    const causes = validate(type.kind, object);
    if (live !== undefined) causes.push(...checkImmutable(type.kind, live, object));
    if (causes.length > 0) throw invalid(subjectOf(type, object.metadata.name), causes);
  }

  function create(
    type: ResourceType,
    namespace: string | undefined,
    body: unknown,
    call: WriteCall,
    kind?: UpdateKind,
  ) {
    matchesPath(body, namespace, undefined);
    const decoded = settled(type, decode(type, body, call));
    const metadata = newMetadata(type, namespace, fieldsAt(decoded, 'metadata'));
    const object = { ...decoded, metadata } as KubeObject;
    if (type.subresources.includes('status')) {
      if (type.custom === undefined) object['status'] = type.kind === 'ReplicaSet' ? { replicas: 0 } : {};
      else delete object['status'];
    }
    if (namespace !== undefined) admitToNamespace(store, type, namespace, metadata.name);
    complete(type, object, undefined);
    admission.admit(type, object);
    const name = metadata.name;
    if (store.collection(collectionOf(type)).get(keyOf(object)) !== undefined) {
      throw alreadyExists(subjectOf(type, name));
    }
    if (kind?.managed !== 'given')
      object.metadata.managedFields = tracked(type, undefined, object, call, undefined);
    return commit(type, object, call, {
      verb: kind?.verb === 'apply' ? 'apply' : 'create',
      subresource: undefined,
    });
  }

  function update(
    place: Place,
    change: (live: KubeObject) => unknown,
    call: WriteCall,
    kind: UpdateKind,
  ): KubeObject {
    const { type, namespace, name } = place;
    const collection = store.collection(collectionOf(type));
    const found = collection.get(namespace === undefined ? name : `${namespace}/${name}`);
    if (found === undefined) throw notFound(subjectOf(type, name));
    const live = inVersion(type, found);
    const changed = change(live);
    matchesPath(changed, namespace, name);
    const decoded = decode(type, changed, call);
    const object = settled(type, onlySubresource(type, decoded, live, kind.subresource));
    object.metadata = changedMetadata(type, live, fieldsAt(object, 'metadata'));
    complete(type, object, live);
    if (type.counted && !same(countedPart(type, object), countedPart(type, live))) {
      object.metadata.generation = (live.metadata.generation ?? 0) + 1;
    }
    if (kind.managed === 'tracked') {
      object.metadata.managedFields = tracked(type, live, object, call, kind.subresource);
    }
    if (unchanged(live, object)) return live;
    if (collection.get(keyOf(live)) !== found) throw conflict(subjectOf(type, name), STALE);
    const stored = commit(type, object, call, { verb: kind.verb, subresource: kind.subresource });
    if (isFinished(stored) && !call.dryRun) return store.remove(collectionOf(type), stored);
    return stored;
  }

  function setStatus(type: ResourceType, object: KubeObject, status: unknown, call: WriteCall): KubeObject {
    const live = store.collection(collectionOf(type)).get(keyOf(object));
    if (live === undefined || live.metadata.uid !== object.metadata.uid || same(live['status'], status))
      return object;
    const managedFields = statusEntry(live, status, call.manager, apiVersionOf(type));
    return store.put(collectionOf(type), { ...live, metadata: { ...live.metadata, managedFields }, status });
  }

  return { create, update, setStatus, purge: (type, object) => store.remove(collectionOf(type), object) };
}

/** A commit as the journal of mutations is told of it. */
export interface Commit extends CommitKind {
  type: ResourceType;
  object: KubeObject;
  call: WriteCall;
}

interface CommitKind {
  verb: Mutation['verb'];
  subresource: string | undefined;
}

/** An object as a version of its resource shows it. */
export function inVersion(type: ResourceType, object: KubeObject): KubeObject {
  const apiVersion = apiVersionOf(type);
  return object.apiVersion === apiVersion ? object : { ...object, apiVersion };
}

// Custom resources may tell null from absent.
function settled<T>(type: ResourceType, value: T): T {
  return type.custom === undefined ? withoutNulls(value) : clone(value);
}

function refuseCustom(type: ResourceType, object: KubeObject): void {
  const causes = customViolations(type.custom?.openAPIV3Schema, object).map(({ field, text }) => ({
    reason: 'FieldValueInvalid',
    message: text,
    field,
  }));
  if (object.metadata.name === '') causes.push(required('metadata.name', 'name or generateName is required'));
  if (causes.length > 0) throw invalid(subjectOf(type, object.metadata.name), causes);
}

// The main resource cannot write the status, and the status subresource can write nothing else.
function onlySubresource(
  type: ResourceType,
  sent: Fields,
  live: KubeObject,
  subresource: string | undefined,
): KubeObject {
  if (subresource === 'status') {
    const metadata = { ...live.metadata, resourceVersion: fieldsAt(sent, 'metadata')['resourceVersion'] };
    return { ...live, metadata, status: sent['status'] } as KubeObject;
  }
  if (!type.subresources.includes('status')) return sent as KubeObject;
  const { status: _, ...rest } = sent;
  return { ...rest, ...(live['status'] === undefined ? {} : { status: live['status'] }) } as KubeObject;
}

function tracked(
  type: ResourceType,
  live: KubeObject | undefined,
  object: KubeObject,
  call: WriteCall,
  subresource: string | undefined,
): NonNullable<KubeObject['metadata']['managedFields']> {
  const writer = {
    manager: call.manager,
    operation: 'Update' as const,
    apiVersion: apiVersionOf(type),
    subresource,
  };
  return trackUpdate(live, object, type.schema, writer);
}

function countedPart(type: ResourceType, object: KubeObject): Fields {
  const { metadata: _, status, apiVersion: __, ...rest } = object;
  return type.subresources.includes('status') ? rest : { ...rest, status };
}

function unchanged(live: KubeObject, object: KubeObject): boolean {
  return same(live, object);
}

function isFinished(object: KubeObject): boolean {
  const { deletionTimestamp, finalizers, deletionGracePeriodSeconds } = object.metadata;
  if (deletionTimestamp === undefined || (finalizers?.length ?? 0) > 0) return false;
  return (deletionGracePeriodSeconds ?? 0) === 0;
}
