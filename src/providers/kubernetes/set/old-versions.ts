import { atOnce } from '../at-once.js';
import type { Gateway, Place } from '../gateway.js';
import type { Json } from '../json.js';
import { annotationOf, ENVIRONMENT, firstAnnotation, SERVICE, VERSION_OF } from '../manifests/annotations.js';
import { versionNumber } from '../manifests/configuration.js';
import { referencesOf } from '../manifests/references.js';
import type { KubeObject } from '../object.js';

/** Versions of one name that are kept, the newest first, unless Spinnaker's annotation says otherwise. */
const KEPT_VERSIONS = 5;
const HISTORY = ['strategy.spinnaker.io/max-version-history'];

/** Kinds of which any object may still read an old version. */
const READERS = [
  ['', 'v1', 'pods'],
  ['apps', 'v1', 'replicasets'],
  ['apps', 'v1', 'deployments'],
  ['apps', 'v1', 'statefulsets'],
  ['apps', 'v1', 'daemonsets'],
  ['apps', 'v1', 'controllerrevisions'],
  ['batch', 'v1', 'jobs'],
  ['batch', 'v1', 'cronjobs'],
] as const;

/** A version that may go. */
export interface OldVersion extends Place {
  readonly uid: string;
}

/**
 * Versions of configuration in a namespace that nobody can need any more: not among the newest of their name, and named
 * by no pod and by no template, of old ReplicaSets and revisions included. Whatever cannot be read keeps everything.
 */
export async function oldVersions(
  gateway: Gateway,
  namespace: string,
  owner: { readonly service: string; readonly environment: string },
  signal: AbortSignal,
): Promise<readonly OldVersion[]> {
  const labelSelector = `${SERVICE}=${owner.service},${ENVIRONMENT}=${owner.environment}`;
  const lists = await atOnce(['configmaps', 'secrets'], async (plural) => {
    const resource = { group: '', version: 'v1', plural, namespaced: true };
    const live = await gateway.list({ resource, namespace }, { labelSelector }, signal);
    return surplus(live).map((object): OldVersion & { readonly key: string } => {
      const { name = '', uid = '' } = object.metadata;
      return { resource, namespace, name, uid, key: `${object.kind}/${name}` };
    });
  });
  const candidates = lists.flat();
  if (candidates.length === 0) return [];
  const readers = await atOnce(READERS, ([group, version, plural]) =>
    gateway.list({ resource: { group, version, plural, namespaced: true }, namespace }, {}, signal),
  );
  const read = namesRead(readers.flat());
  return candidates.filter(({ key }) => !read.has(key));
}

/** Versions beyond the newest of their name. */
export function surplus(live: readonly KubeObject[]): readonly KubeObject[] {
  const byName = new Map<string, KubeObject[]>();
  for (const object of live) {
    const name = annotationOf(object, VERSION_OF);
    if (name === undefined || versionNumber(object, name) === undefined) continue;
    byName.set(name, [...(byName.get(name) ?? []), object]);
  }
  return [...byName].flatMap(([name, versions]) => {
    const newest = versions.sort(
      (one, other) => (versionNumber(other, name) ?? 0) - (versionNumber(one, name) ?? 0),
    );
    const said = Number(newest[0] && firstAnnotation(newest[0], HISTORY));
    return newest.slice(Number.isInteger(said) && said > 0 ? said : KEPT_VERSIONS);
  });
}

/** Every ConfigMap and Secret that is referred to, as `ConfigMap/name`. A revision holds its template under `data`. */
export function namesRead(readers: readonly KubeObject[]): ReadonlySet<string> {
  return new Set(
    readers.flatMap((object) => referencesOf(object as Json).map(({ kind, name }) => `${kind}/${name}`)),
  );
}
