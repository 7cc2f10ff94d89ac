import { at, isFields, same, type Fields } from '../json.js';
import { fieldSchema, isAtomic, OPEN, type Schema } from '../schema/schema.js';
import { emptySet, isEmpty, leafSet, union, type FieldSet } from './field-set.js';
import { isMergeable, itemsByElement } from './list-items.js';

/** The set of fields that a value sets: leaves, items of keyed lists, and containers that are empty. */
export function fieldsOf(value: unknown, schema: Schema): FieldSet {
  if (isAtomic(schema, value)) return leafSet();
  const set = emptySet();
  for (const [element, child, childSchema] of childrenOf(value, schema)) {
    const below = fieldsOf(child, childSchema);
    if (element.startsWith('k:')) below.owned = true;
    set.below.set(element, below);
  }
  if (set.below.size === 0) set.owned = true;
  return set;
}

/** What changed between two values: `set` was added or modified, `removed` is gone. */
export interface Comparison {
  set: FieldSet;
  removed: FieldSet;
}

/** Compares two values field by field under a schema. */
export function compare(before: unknown, after: unknown, schema: Schema): Comparison {
  if (same(before, after)) return { set: emptySet(), removed: emptySet() };
  if (isAtomic(schema, before) || isAtomic(schema, after)) return { set: leafSet(), removed: emptySet() };
  const result: Comparison = { set: emptySet(), removed: emptySet() };
  const old = new Map(childrenOf(before, schema).map((child) => [child[0], child]));
  for (const [element, child, childSchema] of childrenOf(after, schema)) {
    const previous = old.get(element);
    old.delete(element);
    if (previous === undefined) {
      const added = fieldsOf(child, childSchema);
      if (element.startsWith('k:')) added.owned = true;
      result.set.below.set(element, added);
      continue;
    }
    const below = compare(previous[1], child, childSchema);
    if (!isEmpty(below.set)) result.set.below.set(element, below.set);
    if (!isEmpty(below.removed)) result.removed.below.set(element, below.removed);
  }
  for (const [element, child, childSchema] of old.values()) {
    result.removed.below.set(element, union(leafSet(), fieldsOf(child, childSchema)));
  }
  return result;
}

/** Puts an applied configuration over the live value; what the configuration does not mention stays. */
export function merge(live: unknown, applied: unknown, schema: Schema): unknown {
  if (live === undefined || isAtomic(schema, live) || isAtomic(schema, applied)) return applied;
  if (schema.is === 'list') return mergeLists(live, applied, schema);
  const result: Fields = { ...(isFields(live) ? live : {}) };
  if (!isFields(applied)) return applied;
  for (const name in applied) {
    result[name] = merge(result[name], applied[name], fieldSchema(schema, name) ?? OPEN);
  }
  return result;
}

/**
 * Takes from a value the fields of `gone` that `kept` does not hold.
 * A field whose container nobody keeps goes with the container.
 */
export function remove(value: unknown, schema: Schema, gone: FieldSet, kept: FieldSet): unknown {
  if (isAtomic(schema, value)) return value;
  const drop = new Set<string>();
  const changed = new Map<string, unknown>();
  for (const [element, child, childSchema] of childrenOf(value, schema)) {
    const leaving = gone.below.get(element);
    if (leaving === undefined || isEmpty(leaving)) continue;
    const staying = kept.below.get(element) ?? emptySet();
    if (isEmpty(staying) && (leaving.owned || element.startsWith('f:'))) drop.add(element);
    else changed.set(element, remove(child, childSchema, leaving, staying));
  }
  if (drop.size === 0 && changed.size === 0) return value;
  return rebuild(value, schema, drop, changed);
}

type Child = [element: string, value: unknown, schema: Schema];

function childrenOf(value: unknown, schema: Schema): Child[] {
  if (schema.is === 'list') {
    if (!isMergeable(value, schema.rule)) return [];
    return [...itemsByElement(value, schema.rule)].map(([element, item]) => [element, item, schema.of]);
  }
  if (!isFields(value)) return [];
  const children: Child[] = [];
  for (const name in value) {
    if (value[name] !== undefined)
      children.push([`f:${name}`, value[name], fieldSchema(schema, name) ?? OPEN]);
  }
  return children;
}

function mergeLists(live: unknown, applied: unknown, schema: Extract<Schema, { is: 'list' }>): unknown {
  if (!isMergeable(live, schema.rule) || !isMergeable(applied, schema.rule)) return applied;
  const old = itemsByElement(live, schema.rule);
  const wanted = itemsByElement(applied, schema.rule);
  const result = new Map<string, unknown>();
  const rest = [...old.keys()];
  // Items keep their live order; applied items that are new or moved come where the configuration has them.
  for (const [element, item] of wanted) {
    while (rest[0] !== undefined && !wanted.has(rest[0])) take(rest.shift());
    result.set(element, old.has(element) ? merge(old.get(element), item, schema.of) : item);
    if (rest[0] === element) rest.shift();
  }
  for (const element of rest) take(element);
  return [...result.values()];

  function take(element: string | undefined): void {
    if (element !== undefined && !wanted.has(element)) result.set(element, old.get(element));
  }
}

function rebuild(value: unknown, schema: Schema, drop: Set<string>, changed: Map<string, unknown>): unknown {
  if (schema.is === 'list') {
    const items = isMergeable(value, schema.rule)
      ? itemsByElement(value, schema.rule)
      : new Map<string, unknown>();
    const kept = [...items].filter(([element]) => !drop.has(element));
    return kept.map(([element, item]) => (changed.has(element) ? changed.get(element) : item));
  }
  const result: Fields = {};
  for (const name of Object.keys(isFields(value) ? value : {})) {
    const element = `f:${name}`;
    if (!drop.has(element)) result[name] = changed.has(element) ? changed.get(element) : at(value, name);
  }
  return result;
}
