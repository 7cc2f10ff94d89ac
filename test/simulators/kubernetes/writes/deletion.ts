import { conflict, notFound } from '../api-error.js';
import { fieldsAt, textAt } from '../json.js';
import { timestamp, type KubeObject } from '../objects.js';
import { collectionOf, subjectOf } from '../registry/resource-type.js';
import type { Store } from '../store/store.js';
import type { Pod } from '../workloads.js';
import type { WriteCall } from './write-call.js';
import { inVersion, type Commit, type Place } from './writes.js';

/** What DeleteOptions ask for. */
export interface DeleteOptions {
  propagation: 'Background' | 'Foreground' | 'Orphan';
  graceSeconds?: number | undefined;
  uid?: string | undefined;
  resourceVersion?: string | undefined;
}

/** The outcome of a delete: gone at once, or still there until finalizers, grace or dependents are done. */
export interface Deletion {
  object: KubeObject;
  gone: boolean;
}

/** Deletes objects as the API does: preconditions, finalizers, grace, propagation. Throws 404 and 409. */
export type Delete = (place: Place, options: DeleteOptions, call: WriteCall) => Deletion;

/** Finalizers by which the garbage collector holds an object until its dependents are dealt with. */
export const FOREGROUND = 'foregroundDeletion';
/** See FOREGROUND: this one makes the dependents lose their owner instead. */
export const ORPHAN = 'orphan';

/** Builds the delete path over a store. */
export function createDelete(store: Store, committed: (mutation: Commit) => void): Delete {
  return (place, options, call) => {
    const { type, namespace, name } = place;
    const key = namespace === undefined ? name : `${namespace}/${name}`;
    const live = store.collection(collectionOf(type)).get(key);
    if (live === undefined) throw notFound(subjectOf(type, name));
    checkPreconditions(live, options, (why) => conflict(subjectOf(type, name), why));
    const marked = mark(live, options);
    const held = isHeld(marked);
    if (call.dryRun) return { object: inVersion(type, marked), gone: !held };
    const repeated = live.metadata.deletionTimestamp !== undefined && marked === live;
    let object = live;
    if (!held) object = store.remove(collectionOf(type), live);
    else if (!repeated) object = store.put(collectionOf(type), marked);
    if (!repeated) committed({ type, object, call, verb: 'delete', subresource: undefined });
    return { object: inVersion(type, object), gone: !held };
  };
}

/** Reads DeleteOptions from a body and the query. */
export function readDeleteOptions(body: unknown, query: URLSearchParams): DeleteOptions {
  const fields = fieldsAt(body);
  const policy = query.get('propagationPolicy') ?? textAt(fields, 'propagationPolicy');
  const orphans = query.get('orphanDependents') ?? fields['orphanDependents'];
  const grace = query.get('gracePeriodSeconds') ?? fields['gracePeriodSeconds'];
  return {
    propagation: propagationOf(policy, orphans),
    graceSeconds: grace === undefined || grace === null ? undefined : Number(grace),
    uid: textAt(fields, 'preconditions', 'uid'),
    resourceVersion: textAt(fields, 'preconditions', 'resourceVersion'),
  };
}

function propagationOf(policy: string | undefined, orphans: unknown): DeleteOptions['propagation'] {
  if (policy === 'Foreground' || policy === 'Orphan') return policy;
  return orphans === true || orphans === 'true' ? 'Orphan' : 'Background';
}

function checkPreconditions(live: KubeObject, options: DeleteOptions, refuse: (why: string) => Error): void {
  const { uid, resourceVersion } = live.metadata;
  if (options.uid !== undefined && options.uid !== uid) {
    throw refuse(`Precondition failed: UID in precondition: ${options.uid}, UID in object meta: ${uid}`);
  }
  if (options.resourceVersion !== undefined && options.resourceVersion !== resourceVersion) {
    throw refuse(
      `Precondition failed: ResourceVersion in precondition: ${options.resourceVersion}, ` +
        `ResourceVersion in object meta: ${resourceVersion}`,
    );
  }
}

// The object as it would be stored while its deletion is under way; the live object itself when nothing changes.
function mark(live: KubeObject, options: DeleteOptions): KubeObject {
  const grace = graceOf(live, options);
  const { metadata } = live;
  if (metadata.deletionTimestamp !== undefined && grace >= (metadata.deletionGracePeriodSeconds ?? 0))
    return live;
  const finalizers = [...(metadata.finalizers ?? [])];
  if (options.propagation === 'Foreground' && !finalizers.includes(FOREGROUND)) finalizers.push(FOREGROUND);
  if (options.propagation === 'Orphan' && !finalizers.includes(ORPHAN)) finalizers.push(ORPHAN);
  const marked: KubeObject = {
    ...live,
    metadata: {
      ...metadata,
      deletionTimestamp: metadata.deletionTimestamp ?? timestamp(new Date(Date.now() + grace * 1000)),
      deletionGracePeriodSeconds: grace,
      ...(finalizers.length === 0 ? {} : { finalizers }),
    },
  };
  if (live.kind === 'Namespace') marked['status'] = { ...fieldsAt(live, 'status'), phase: 'Terminating' };
  return marked;
}

function graceOf(live: KubeObject, options: DeleteOptions): number {
  if (live.kind !== 'Pod' || live.apiVersion !== 'v1') return 0;
  const pod = live as Pod;
  const ended = pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed';
  if (pod.spec.nodeName === undefined || ended) return 0;
  return options.graceSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30;
}

function isHeld(object: KubeObject): boolean {
  const { finalizers, deletionGracePeriodSeconds } = object.metadata;
  const contents = object.kind === 'Namespace' && object.apiVersion === 'v1';
  return (finalizers?.length ?? 0) > 0 || (deletionGracePeriodSeconds ?? 0) > 0 || contents;
}
