import { isFields, type Fields } from '../json.js';

/**
 * A set of field paths, as a tree of FieldsV1 path elements (`f:name`, `k:{"name":"web"}`, `v:"x"`).
 * `owned` says that the path itself is in the set, not only paths below it.
 */
export interface FieldSet {
  owned: boolean;
  below: Map<string, FieldSet>;
}

/** An empty set. */
export function emptySet(): FieldSet {
  return { owned: false, below: new Map() };
}

/** A set that holds just the path of the node itself. */
export function leafSet(): FieldSet {
  return { owned: true, below: new Map() };
}

/** Tells whether the set holds no path at all. */
export function isEmpty(set: FieldSet): boolean {
  if (set.owned) return false;
  for (const child of set.below.values()) {
    if (!isEmpty(child)) return false;
  }
  return true;
}

/** All paths of either set. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  const result: FieldSet = { owned: a.owned || b.owned, below: new Map(a.below) };
  for (const [element, child] of b.below) {
    const other = a.below.get(element);
    result.below.set(element, other === undefined ? child : union(other, child));
  }
  return result;
}

/** The paths of `a` that are not in `b`. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  const result: FieldSet = { owned: a.owned && !b.owned, below: new Map() };
  for (const [element, child] of a.below) {
    const other = b.below.get(element);
    const rest = other === undefined ? child : difference(child, other);
    if (!isEmpty(rest)) result.below.set(element, rest);
  }
  return result;
}

/** The paths that both sets hold. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  const result: FieldSet = { owned: a.owned && b.owned, below: new Map() };
  for (const [element, child] of a.below) {
    const other = b.below.get(element);
    if (other === undefined) continue;
    const both = intersection(child, other);
    if (!isEmpty(both)) result.below.set(element, both);
  }
  return result;
}

/** Every path as text the way conflicts name it: `.spec.template.spec.containers[name="web"].image`. */
export function pathsOf(set: FieldSet, prefix = ''): string[] {
  const paths = set.owned ? [prefix] : [];
  for (const [element, child] of set.below) paths.push(...pathsOf(child, prefix + elementText(element)));
  return paths;
}

/** The FieldsV1 form. */
export function toFieldsV1(set: FieldSet): Fields {
  const fields: Fields = {};
  for (const [element, child] of [...set.below].sort(([a], [b]) => compareText(a, b))) {
    fields[element] =
      child.below.size === 0 ? {} : { ...(child.owned ? { '.': {} } : {}), ...toFieldsV1(child) };
  }
  return fields;
}

/** Reads the FieldsV1 form. */
export function fromFieldsV1(fields: unknown): FieldSet {
  const set = emptySet();
  if (!isFields(fields)) return set;
  for (const element in fields) {
    if (element === '.') continue;
    const value = fields[element];
    const child = fromFieldsV1(value);
    child.owned = child.below.size === 0 || (isFields(value) && '.' in value);
    set.below.set(element, child);
  }
  return set;
}

function elementText(element: string): string {
  const rest = element.slice(2);
  if (element.startsWith('f:')) return `.${rest}`;
  if (element.startsWith('v:')) return `[=${rest}]`;
  const keys: unknown = JSON.parse(rest);
  if (!isFields(keys)) return `[${rest}]`;
  const parts = Object.keys(keys).map((name) => `${name}=${JSON.stringify(keys[name])}`);
  return `[${parts.join(',')}]`;
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
