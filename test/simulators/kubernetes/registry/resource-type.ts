import type { Subject } from '../api-error.js';
import type { Schema } from '../schema/schema.js';

/** One served resource in one version. */
export interface ResourceType {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  /** Subresources by name, `status` and `scale` among them. */
  readonly subresources: readonly string[];
  /** Whether metadata.generation counts changes outside metadata and status. */
  readonly counted: boolean;
  readonly schema: Schema;
  /** Set for custom resources: their columns, and where a scale subresource finds its numbers. */
  readonly custom?: CustomFacts;
}

/** What a CustomResourceDefinition adds to a resource. */
export interface CustomFacts {
  readonly openAPIV3Schema: unknown;
  readonly columns: readonly { name: string; type: string; jsonPath: string; priority: number }[];
  readonly scale?: { specReplicasPath: string; statusReplicasPath: string; labelSelectorPath?: string };
}

/** `plural.group`, or the bare plural of the core group: one collection of objects whatever the version. */
export function collectionOf(type: { group: string; plural: string }): string {
  return type.group === '' ? type.plural : `${type.plural}.${type.group}`;
}

/** The apiVersion of a type. */
export function apiVersionOf(type: { group: string; version: string }): string {
  return type.group === '' ? type.version : `${type.group}/${type.version}`;
}

/** What errors name. */
export function subjectOf(type: ResourceType, name?: string): Subject {
  return {
    group: type.group,
    plural: type.plural,
    kind: type.kind,
    ...(name === undefined ? {} : { name }),
  };
}
