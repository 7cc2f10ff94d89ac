import { randomUUID } from 'node:crypto';
import { ApiError, badRequest, conflict, forbidden, notFound, STALE } from '../api-error.js';
import { at, fieldsAt, isFields, textAt, type Fields } from '../json.js';
import { timestamp, type KubeObject, type Metadata } from '../objects.js';
import { builtIn } from '../registry/registry.js';
import { apiVersionOf, subjectOf, type ResourceType } from '../registry/resource-type.js';
import { checkBody, prune } from '../schema/decode.js';
import type { Store } from '../store/store.js';
import type { WriteCall } from './write-call.js';

/** Refuses a body of another kind, of wrong types, or, when the call is strict, with unknown fields. */
export function decode(type: ResourceType, body: unknown, call: WriteCall): Fields {
  if (!isFields(body)) throw badRequest('the object provided is unrecognized (must be of type Object)');
  const apiVersion = apiVersionOf(type);
  if ((body['apiVersion'] ?? apiVersion) !== apiVersion || (body['kind'] ?? type.kind) !== type.kind) {
    throw badRequest(
      `the API version in the data (${String(body['apiVersion'])}, Kind=${String(body['kind'])}) does not match ` +
        `the expected API version (${apiVersion}, Kind=${type.kind})`,
    );
  }
  const { unknown, wrongType } = checkBody(body, type.schema);
  const refused = `${type.kind} in version "${type.version}" cannot be handled as a ${type.kind}`;
  if (wrongType !== undefined) throw badRequest(`${refused}: ${wrongType}`);
  const texts = unknown.map((path) => `unknown field "${path}"`);
  if (texts.length > 0 && call.validation === 'Strict') {
    throw badRequest(`${refused}: strict decoding error: ${texts.join(', ')}`);
  }
  if (call.validation === 'Warn') texts.forEach((text) => call.warn(text));
  const known = texts.length === 0 ? body : fieldsAt(prune(body, type.schema));
  return { ...known, apiVersion, kind: type.kind };
}

/** Metadata of a new object: identity set by the server, everything the client may not set dropped. */
export function newMetadata(type: ResourceType, namespace: string | undefined, sent: Fields): Metadata {
  if (textAt(sent, 'resourceVersion') !== undefined && sent['resourceVersion'] !== '') {
    throw badRequest('resourceVersion should not be set on objects to be created');
  }
  const generateName = textAt(sent, 'generateName');
  const name = textAt(sent, 'name') ?? (generateName === undefined ? '' : generateName + randomSuffix());
  return {
    ...kept(sent),
    name,
    ...(generateName === undefined ? {} : { generateName }),
    ...(namespace === undefined ? {} : { namespace }),
    uid: randomUUID(),
    resourceVersion: '',
    creationTimestamp: timestamp(),
    ...(type.counted ? { generation: 1 } : {}),
  };
}

/** Metadata of a changed object: what the client may change over what the server keeps. */
export function changedMetadata(type: ResourceType, live: KubeObject, sent: Fields): Metadata {
  const subject = subjectOf(type, live.metadata.name);
  const version = textAt(sent, 'resourceVersion') ?? '';
  if (version !== '' && version !== live.metadata.resourceVersion) throw conflict(subject, STALE);
  const uid = textAt(sent, 'uid') ?? '';
  if (uid !== '' && uid !== live.metadata.uid) {
    throw conflict(
      subject,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${live.metadata.uid}`,
    );
  }
  const result = kept(sent) as Fields;
  for (const field of SERVERS) {
    if (live.metadata[field] !== undefined) result[field] = live.metadata[field];
  }
  return result as unknown as Metadata;
}

const SERVERS = [
  'name',
  'generateName',
  'namespace',
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'generation',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
] as const;

/** The namespace must exist and must not be ending. */
export function admitToNamespace(store: Store, type: ResourceType, namespace: string, name: string): void {
  const found = store.collection('namespaces').get(namespace);
  if (found === undefined) throw notFound(subjectOf(builtIn('Namespace'), namespace));
  if (found.metadata.deletionTimestamp === undefined) return;
  const error = forbidden(
    subjectOf(type, name),
    `unable to create new content in namespace ${namespace} because it is being terminated`,
  );
  throw new ApiError(error.code, error.reason, error.message, {
    ...error.details,
    causes: [
      {
        reason: 'NamespaceTerminating',
        message: `namespace ${namespace} is being terminated`,
        field: 'metadata.namespace',
      },
    ],
  });
}

/** The namespace and name in a body must agree with the URL. */
export function matchesPath(body: unknown, namespace: string | undefined, name: string | undefined): void {
  const inBody = textAt(body, 'metadata', 'namespace');
  if (inBody !== undefined && inBody !== '' && inBody !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  const named = textAt(body, 'metadata', 'name');
  if (name !== undefined && named !== undefined && named !== name) {
    throw badRequest(`the name of the object (${named}) does not match the name on the URL (${name})`);
  }
}

/** Five characters as the server appends them to generateName. */
export function randomSuffix(): string {
  const letters = 'bcdfghjklmnpqrstvwxz2456789';
  let suffix = '';
  for (let index = 0; index < 5; index++)
    suffix += letters[Math.floor(Math.random() * letters.length)] ?? 'b';
  return suffix;
}

function kept(sent: Fields): Partial<Metadata> {
  const result: Fields = {};
  for (const name of ['labels', 'annotations', 'finalizers', 'ownerReferences', 'managedFields']) {
    const value = at(sent, name);
    if (value === undefined || value === null) continue;
    const empty = isFields(value) ? Object.keys(fieldsAt(value)).length === 0 : false;
    if (!empty) result[name] = value;
  }
  return result;
}
