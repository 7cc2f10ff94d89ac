import { groupOf } from '../objects.js';
import { BUILT_IN_TYPES } from './built-in-types.js';
import { apiVersionOf, collectionOf, type ResourceType } from './resource-type.js';

/** The resources that are served now; custom resource definitions add to it and take away. */
export interface Registry {
  /** Every served resource in every version. */
  all(): readonly ResourceType[];
  /** By the parts of a URL. */
  byPath(group: string, version: string, plural: string): ResourceType | undefined;
  /** By what a manifest says. */
  byKind(apiVersion: string, kind: string): ResourceType | undefined;
  /** The first served version of a kind in a group, for references that name another version. */
  byGroupKind(group: string, kind: string): ResourceType | undefined;
  /** Replaces the versions of one collection. */
  serve(collection: string, types: readonly ResourceType[]): void;
}

/** A registry with the built-in kinds. */
export function createRegistry(): Registry {
  const custom = new Map<string, readonly ResourceType[]>();
  let types: readonly ResourceType[] = BUILT_IN_TYPES;
  let paths = index(types);

  return {
    all: () => types,
    byPath: (group, version, plural) => paths.get(`${group}/${version}/${plural}`),
    byKind: (apiVersion, kind) =>
      types.find((type) => type.kind === kind && apiVersionOf(type) === apiVersion),
    byGroupKind: (group, kind) => types.find((type) => type.kind === kind && type.group === group),
    serve(collection, served) {
      if (served.length === 0) custom.delete(collection);
      else custom.set(collection, served);
      types = [...BUILT_IN_TYPES, ...[...custom.values()].flat()];
      paths = index(types);
    },
  };
}

/** The type an owner reference or an object points to, when it is served. */
export function typeOf(
  registry: Registry,
  object: { apiVersion: string; kind: string },
): ResourceType | undefined {
  return (
    registry.byKind(object.apiVersion, object.kind) ??
    registry.byGroupKind(groupOf(object.apiVersion), object.kind)
  );
}

/** The built-in type of a kind; throws when there is none. */
export function builtIn(kind: string): ResourceType {
  const type = BUILT_IN_TYPES.find((candidate) => candidate.kind === kind);
  if (type === undefined) throw new Error(`${kind} is no built-in kind of the simulator`);
  return type;
}

/** The collection of a built-in kind. */
export function builtInCollection(kind: string): string {
  return collectionOf(builtIn(kind));
}

function index(types: readonly ResourceType[]): Map<string, ResourceType> {
  return new Map(types.map((type) => [`${type.group}/${type.version}/${type.plural}`, type]));
}
