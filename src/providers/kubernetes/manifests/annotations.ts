import type { KubeObject } from '../object.js';

/** Prefix of everything that Beanpod writes on objects. */
export const DOMAIN = 'beanpod.dev';

/** Annotations that Beanpod writes. */
export const EPOCH = `${DOMAIN}/epoch`;
export const DEPLOYMENT = `${DOMAIN}/deployment`;
export const VERSION = `${DOMAIN}/version`;
/** Counts the contents that a ConfigMap or Secret has had; absent while it has had one only. */
export const CONTENT = `${DOMAIN}/content`;
/** On pod templates: the contents of the configuration that the pods read. */
export const CONFIGURATION = `${DOMAIN}/configuration`;
/** On pod templates: the operation that restarted them last. */
export const OPERATION = `${DOMAIN}/operation`;
/** Name that a versioned ConfigMap or Secret has in the manifests. */
export const VERSION_OF = `${DOMAIN}/version-of`;

/** On an inventory: names of the Secrets that hold Secrets as they were before the last deployment. */
export const KEPT = `${DOMAIN}/kept`;

/** Labels that Beanpod writes: which target an object belongs to. */
export const SERVICE = `${DOMAIN}/service`;
export const ENVIRONMENT = `${DOMAIN}/environment`;
/** On the namespace of a clone: the mark of the clone that it was made for. */
export const CLONE = `${DOMAIN}/clone`;
export const PART_OF = 'applyset.kubernetes.io/part-of';
export const MANAGED_BY = 'app.kubernetes.io/managed-by';

/** The value of an annotation. */
export function annotationOf(object: KubeObject, name: string): string | undefined {
  return object.metadata.annotations?.[name];
}

/** The value of the first of these annotations that is there: ours first, then those of other tools that mean the same. */
export function firstAnnotation(object: KubeObject, names: readonly string[]): string | undefined {
  return names.map((name) => annotationOf(object, name)).find((value) => value !== undefined);
}
