import type { Place } from '../gateway.js';
import { apiVersionOf, groupVersionOf, type Resource } from '../discovery/resource.js';
import type { KubeObject, ObjectRef } from '../object.js';
import type { BaselineObject } from '../baseline.js';

/** One object of a set: what to apply, and where. */
export interface Member extends Place {
  readonly ref: ObjectRef;
  readonly kind: string;
  readonly resource: Resource;
  readonly object: KubeObject;
  /** Where it was written, for people. */
  readonly where: string;
  /** Name of the group that it is part of. */
  readonly group?: string;
  /** Its kind is defined in the set itself, and the cluster may not know it yet. */
  readonly definedHere: boolean;
}

/** Tells apart all objects of a cluster. */
export function keyOf({ resource, namespace, name }: Place): string {
  return `${resource.group}/${resource.plural}/${resource.namespaced ? (namespace ?? '') : ''}/${name}`;
}

/** Where an object of a baseline is. */
export function placeOf(object: BaselineObject): Place & { readonly ref: ObjectRef; readonly kind: string } {
  const { apiVersion, kind, plural, namespaced, namespace, name } = object;
  return {
    resource: { ...groupVersionOf(apiVersion), plural, namespaced },
    namespace,
    name,
    kind,
    ref: { apiVersion, kind, name, ...(namespace !== undefined && { namespace }) },
  };
}

/** The place of a member as a baseline stores it. */
export function storedPlace({
  resource,
  namespace,
  name,
}: Pick<Member, 'resource' | 'namespace' | 'name'>): Omit<BaselineObject, 'part' | 'before'> {
  const { kind, plural, namespaced } = resource;
  const within = namespaced && namespace !== undefined && { namespace };
  return { apiVersion: apiVersionOf(resource), kind, plural, namespaced, name, ...within };
}
