import type { Discovery } from '../discovery/discovery.js';
import { apiVersionOf, type Resource } from '../discovery/resource.js';
import type { Json } from '../json.js';
import type { KubeObject } from '../object.js';
import { definedKinds } from './defined-kinds.js';

/** An object with how the cluster serves its kind. */
export interface Mapped {
  readonly object: KubeObject;
  readonly resource: Resource;
  readonly definedHere: boolean;
}

/**
 * Finds the kinds of objects and gives those of a namespace theirs, `standard` unless they name one. Kinds that
 * neither the cluster nor the set itself knows come back as sentences.
 */
export async function findKinds(
  objects: readonly KubeObject[],
  standard: string,
  discovery: Discovery,
  signal: AbortSignal,
): Promise<{ readonly mapped: readonly Mapped[]; readonly unknown: readonly string[] }> {
  const defined = definedKinds(objects);
  // Whether a definition is already served decides how its resources are tried, so old news will not do.
  if (defined.length > 0) discovery.forget();
  const mapped: Mapped[] = [];
  const unknown = new Set<string>();
  for (const object of objects) {
    const { apiVersion, kind } = object;
    const own = defined.find((each) => apiVersionOf(each) === apiVersion && each.kind === kind);
    const served = await findServed(discovery, object, own !== undefined, signal);
    const resource = served ?? own;
    if (!resource) {
      const others = await discovery.versionsOf(kind, signal);
      const instead = others.length > 0 ? `; it serves ${others.join(', ')}` : '';
      unknown.add(`The cluster does not serve ${apiVersion} ${kind}${instead}`);
      continue;
    }
    const metadata = object.metadata as Json;
    if (resource.namespaced) metadata['namespace'] ??= standard;
    else delete metadata['namespace'];
    mapped.push({ object, resource, definedHere: served === undefined });
  }
  return { mapped, unknown: [...unknown] };
}

/** A kind that the set defines is looked up without asking the server anew for each of its objects. */
async function findServed(
  discovery: Discovery,
  { apiVersion, kind }: KubeObject,
  isDefined: boolean,
  signal: AbortSignal,
): Promise<Resource | undefined> {
  if (!isDefined) return discovery.find(apiVersion, kind, signal);
  const served = await discovery.versionsOf(kind, signal);
  return served.includes(`${apiVersion} ${kind}`) ? discovery.find(apiVersion, kind, signal) : undefined;
}
