import { isJson, jsonAt, listAt, textAt, type Json } from '../json.js';
import type { KubeObject } from '../object.js';
import type { Problem } from './problem.js';
import type { YamlDocument } from './read-yaml.js';

/** Objects of a set of manifests, in the order in which they were written. */
export interface ReadSet {
  readonly objects: readonly KubeObject[];
  readonly problems: readonly Problem[];
  /** Where an object of this set was written. */
  whereOf(object: KubeObject): string;
}

/** Fields that only a server may write. A manifest exported from a cluster has them. */
const SERVER_METADATA = [
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'selfLink',
  'managedFields',
];

/** Makes objects of documents: lists are taken apart, what only a server may write is left out with a warning. */
export function readSet(documents: readonly YamlDocument[], name: string): ReadSet {
  const places = new WeakMap<KubeObject, string>();
  const problems: Problem[] = [];
  const objects: KubeObject[] = [];

  function take(value: unknown, where: string): void {
    if (isJson(value) && Array.isArray(value['items']) && textAt(value, 'kind')?.endsWith('List')) {
      for (const item of listAt(value, 'items')) take(item, where);
      return;
    }
    const said = shapeFault(value);
    if (said !== undefined) {
      problems.push({ level: 'error', where, said });
      return;
    }
    const object = value as KubeObject;
    const place = `${where.slice(0, -1)}, ${object.kind} ${object.metadata.name ?? object.metadata.generateName})`;
    const stripped = strip(object);
    if (stripped.length > 0) {
      const said = `${stripped.join(', ')} left out: only the server writes that`;
      problems.push({ level: 'warning', where: place, said });
    }
    places.set(object, place);
    objects.push(object);
  }

  for (const { value, line, index } of documents) {
    if (value !== null && value !== undefined) take(value, `${name}:${line} (document ${index})`);
  }
  return { objects, problems, whereOf: (object) => places.get(object) ?? name };
}

function shapeFault(value: unknown): string | undefined {
  if (!isJson(value)) return 'is not an object; a manifest has apiVersion, kind and metadata';
  for (const field of ['apiVersion', 'kind']) {
    if (textAt(value, field) === undefined) return `has no ${field}`;
  }
  if (!isJson(value['metadata'])) return `the ${String(value['kind'])} has no metadata`;
  const { name, generateName } = jsonAt(value, 'metadata');
  if (typeof (name ?? generateName) === 'string' && (name ?? generateName) !== '') return undefined;
  return name === undefined
    ? `the ${String(value['kind'])} has no metadata.name`
    : `the name ${JSON.stringify(name)} of the ${String(value['kind'])} is not a text; put it into quotes`;
}

function strip(object: KubeObject): string[] {
  const metadata = object.metadata as Json;
  const found = SERVER_METADATA.filter((field) => field in metadata);
  for (const field of found) delete metadata[field];
  const hasStatus = 'status' in object && object.kind !== 'CustomResourceDefinition';
  if (hasStatus) delete (object as Json)['status'];
  // Generators write an empty timestamp everywhere; naming it would drown what matters.
  return [
    ...found.filter((field) => field !== 'creationTimestamp').map((field) => `metadata.${field}`),
    ...(hasStatus ? ['status'] : []),
  ];
}
