import { parse as parseYaml } from 'yaml';
import { ApiError, badRequest, unsupportedMediaType } from '../api-error.js';
import { applyServerSide } from '../apply/server-side-apply.js';
import type { Cluster } from '../cluster.js';
import { clone, fieldsAt, isFields, textAt, type Fields } from '../json.js';
import type { KubeObject } from '../objects.js';
import { applyJsonPatch } from '../patch/json-patch.js';
import { applyMergePatch } from '../patch/merge-patch.js';
import { applyStrategicMerge } from '../patch/strategic-merge.js';
import { apiVersionOf, collectionOf } from '../registry/resource-type.js';
import type { WriteCall } from '../writes/write-call.js';
import type { Place, UpdateKind } from '../writes/writes.js';
import { mediaType, parseText, type ApiRequest } from './request.js';
import { applyOptions } from './write-call.js';

const APPLY = 'application/apply-patch+yaml';
const JSON_PATCH = 'application/json-patch+json';
const MERGE = 'application/merge-patch+json';
const STRATEGIC = 'application/strategic-merge-patch+json';

/** Carries out a PATCH of any of the four kinds; an apply creates the object when it is missing. */
export function patchObject(
  cluster: Cluster,
  request: ApiRequest,
  place: Place,
  subresource: string | undefined,
  text: string,
  call: WriteCall,
): { object: KubeObject; created: boolean } {
  if (mediaType(request) === APPLY) return applyObject(cluster, request, place, subresource, text, call);
  refuseForce(request);
  const change = patcherOf(request, place, text);
  const kind: UpdateKind = { verb: 'patch', subresource, managed: 'tracked' };
  return { object: cluster.writes.update(place, change, call, kind), created: false };
}

/** The function that a patch of the three older kinds stands for. Throws 415 for other media types. */
export function patcherOf(
  request: ApiRequest,
  place: Pick<Place, 'type'>,
  text: string,
): (live: unknown) => unknown {
  const { type } = place;
  const media = mediaType(request);
  const accepted =
    type.custom === undefined ? [JSON_PATCH, MERGE, STRATEGIC, APPLY] : [JSON_PATCH, MERGE, APPLY];
  if (!accepted.includes(media)) throw unsupportedMediaType(accepted);
  const patch = parseText(text);
  if (media === JSON_PATCH) return (live) => applyJsonPatch(live, patch);
  if (!isFields(patch)) throw badRequest('a patch must be a JSON object');
  if (media === MERGE) return (live) => applyMergePatch(live, patch);
  return (live) => applyStrategicMerge(live, patch, type.schema);
}

function applyObject(
  cluster: Cluster,
  request: ApiRequest,
  place: Place,
  subresource: string | undefined,
  text: string,
  call: WriteCall,
): { object: KubeObject; created: boolean } {
  const { force } = applyOptions(request);
  const { type, namespace, name } = place;
  const applied = readApplied(text);
  const sentName = textAt(applied, 'metadata', 'name');
  if (sentName !== undefined && sentName !== name) {
    throw badRequest(`metadata.name (${sentName}) does not match the name on the URL (${name})`);
  }
  if ((fieldsAt(applied, 'metadata')['managedFields'] ?? undefined) !== undefined) {
    throw badRequest('metadata.managedFields must be nil');
  }
  const writer = {
    manager: call.manager,
    operation: 'Apply' as const,
    apiVersion: apiVersionOf(type),
    subresource,
  };
  const config = withoutStatus(applied, type.subresources.includes('status') && subresource !== 'status');
  const merged = (live: KubeObject | undefined): Fields =>
    applyServerSide({ live, applied: config, schema: type.schema, writer, force });
  const key = namespace === undefined ? name : `${namespace}/${name}`;
  const kind: UpdateKind = { verb: 'apply', subresource, managed: 'given' };
  if (cluster.store.collection(collectionOf(type)).get(key) !== undefined) {
    return { object: cluster.writes.update(place, (live) => merged(live), call, kind), created: false };
  }
  const whole = merged(undefined);
  const body = { ...whole, metadata: { ...fieldsAt(whole, 'metadata'), name } };
  return { object: cluster.writes.create(type, namespace, body, call, kind), created: true };
}

function readApplied(text: string): Fields {
  let applied: unknown;
  try {
    applied = parseYaml(text, { uniqueKeys: true });
  } catch (error) {
    throw badRequest(`error decoding YAML: ${(error as Error).message}`);
  }
  if (!isFields(applied)) throw badRequest('an applied configuration must be an object');
  if (applied['apiVersion'] === undefined || applied['kind'] === undefined) {
    throw badRequest("Object 'Kind' is missing in the applied configuration");
  }
  return clone(applied);
}

function withoutStatus(applied: Fields, drop: boolean): Fields {
  if (!drop) return applied;
  const { status: _, ...rest } = applied;
  return rest;
}

function refuseForce(request: ApiRequest): void {
  if (request.query.get('force') === null) return;
  throw new ApiError(
    422,
    'Invalid',
    'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
    { kind: 'PatchOptions', group: 'meta.k8s.io' },
  );
}
