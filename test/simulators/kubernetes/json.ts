/** A JSON object whose fields are not known to the compiler. */
export type Fields = Record<string, unknown>;

/** Tells whether a value is a JSON object (not an array, not null). */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as a JSON object; an empty one when it is something else. */
export function fieldsAt(value: unknown, ...path: string[]): Fields {
  const found = at(value, ...path);
  return isFields(found) ? found : {};
}

/** The value as an array; an empty one when it is something else. */
export function listAt(value: unknown, ...path: string[]): unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** The string found under a path; undefined when there is none. */
export function textAt(value: unknown, ...path: string[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

/** A value in words: scalars as they are, everything else as JSON; nothing is the empty string. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The value found under a path of field names; undefined when the path ends early. */
export function at(value: unknown, ...path: string[]): unknown {
  let here = value;
  for (const name of path) {
    if (!isFields(here)) return undefined;
    here = here[name];
  }
  return here;
}

/** A deep copy of a JSON value; fields that are undefined are left out. */
export function clone<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item: unknown) => clone(item)) as T;
  if (!isFields(value)) return value;
  const copy: Fields = {};
  for (const name in value) {
    if (value[name] !== undefined) copy[name] = clone(value[name]);
  }
  return copy as T;
}

/** A deep copy in which fields that are null are left out: the server cannot tell them from absent ones. */
export function withoutNulls<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item: unknown) => withoutNulls(item)) as T;
  if (!isFields(value)) return value;
  const result: Fields = {};
  for (const name in value) {
    if (value[name] !== null && value[name] !== undefined) result[name] = withoutNulls(value[name]);
  }
  return result as T;
}

/** Deep equality of JSON values; an absent field and an undefined one are the same. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => same(item, b[index]));
  }
  if (!isFields(a) || !isFields(b)) return false;
  for (const name in a) {
    if (!same(a[name], b[name])) return false;
  }
  for (const name in b) {
    if (b[name] !== undefined && a[name] === undefined) return false;
  }
  return true;
}

/** JSON text with sorted keys, for hashes and for keys of maps. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item)).join(',')}]`;
  if (!isFields(value)) return JSON.stringify(value ?? null);
  const names = Object.keys(value).filter((name) => value[name] !== undefined);
  return `{${names
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`)
    .join(',')}}`;
}
