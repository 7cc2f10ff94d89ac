import { copyOf, isJson, isSame, type Json } from '../json.js';
import type { ManagedFields } from '../object.js';

/** A step towards a field: a name, the keys of a list item, or a member of a list that is a set. */
export type Step = { readonly field: string } | { readonly keys: Json } | { readonly value: unknown };

/** A way from the root of an object to one of its fields. */
export type FieldPath = readonly Step[];

/**
 * The fields that an entry of managedFields owns, each as a path:
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/ (FieldsV1). Ownership of an item
 * or a map as such, written `.`, is left out: it has no value.
 */
export function pathsOf(fields: Json | undefined): readonly FieldPath[] {
  const found: FieldPath[] = [];
  collect(fields ?? {}, [], found);
  return found;
}

function collect(node: Json, path: FieldPath, found: FieldPath[]): void {
  for (const [name, below] of Object.entries(node)) {
    const step = stepOf(name);
    if (!step || !isJson(below)) continue;
    const here = [...path, step];
    if (Object.keys(below).length === 0) found.push(here);
    else collect(below, here, found);
  }
}

function stepOf(name: string): Step | undefined {
  const rest = name.slice(2);
  if (name.startsWith('f:')) return { field: rest };
  if (name.startsWith('k:')) return { keys: JSON.parse(rest) as Json };
  if (name.startsWith('v:')) return { value: JSON.parse(rest) as unknown };
  return undefined;
}

/** The value at a path; `undefined` where there is none. */
export function valueOn(object: unknown, path: FieldPath): unknown {
  let at: unknown = object;
  for (const step of path) {
    if ('field' in step) at = isJson(at) && Object.hasOwn(at, step.field) ? at[step.field] : undefined;
    else at = Array.isArray(at) ? (at as unknown[]).find((item) => isItem(item, step)) : undefined;
  }
  return at;
}

/** Writes a value at a path, making objects and list items on the way; `undefined` takes the field away. */
export function assign(object: Json, path: FieldPath, value: unknown): void {
  const [step, ...rest] = path;
  if (!step || !('field' in step)) return;
  const [next] = rest;
  if (!next) {
    if (value === undefined) delete object[step.field];
    else object[step.field] = copyOf(value);
    return;
  }
  const child = object[step.field];
  if ('field' in next) {
    if (!isJson(child) && value === undefined) return;
    const below = isJson(child) ? child : {};
    object[step.field] = below;
    assign(below, rest, value);
    return;
  }
  if (!Array.isArray(child) && value === undefined) return;
  const list = Array.isArray(child) ? (child as unknown[]) : [];
  object[step.field] = list;
  assignItem(list, next, rest.slice(1), value);
}

function assignItem(
  list: unknown[],
  step: Exclude<Step, { field: string }>,
  rest: FieldPath,
  value: unknown,
): void {
  const at = list.findIndex((item) => isItem(item, step));
  if (rest.length === 0) {
    if (value === undefined && at >= 0) list.splice(at, 1);
    if (value !== undefined && at < 0) list.push(copyOf(value));
    return;
  }
  const found = list[at];
  if (isJson(found)) assign(found, rest, value);
  else if (value !== undefined && 'keys' in step) {
    const made = { ...step.keys };
    list.push(made);
    assign(made, rest, value);
  }
}

function isItem(item: unknown, step: Exclude<Step, { field: string }>): boolean {
  if ('value' in step) return isSame(item, step.value);
  return isJson(item) && Object.entries(step.keys).every(([key, value]) => isSame(item[key], value));
}

/** Both together. */
export function union(one: Json, other: Json): Json {
  const both: Json = { ...one };
  for (const [name, below] of Object.entries(other)) {
    const mine = both[name];
    both[name] = isJson(mine) && isJson(below) ? union(mine, below) : below;
  }
  return both;
}

/** `.spec.template.spec.containers[name="api"].image`, as the API server writes it. */
export function textOf(path: FieldPath): string {
  return path
    .map((step) => {
      if ('field' in step) return `.${step.field}`;
      if ('value' in step) return `[=${JSON.stringify(step.value)}]`;
      return `[${Object.entries(step.keys)
        .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
        .join(',')}]`;
    })
    .join('');
}

/** The entry of one manager with these parts. */
export function isEntryOf(entry: ManagedFields, other: ManagedFields): boolean {
  return (
    entry.manager === other.manager &&
    entry.operation === other.operation &&
    (entry.subresource ?? '') === (other.subresource ?? '')
  );
}
