/** A JSON object whose fields are not known. */
export type Json = Record<string, unknown>;

/** Whether it is a JSON object: neither a list nor null. */
export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is found by following the names; `undefined` when the way breaks off. */
export function valueAt(value: unknown, ...path: readonly string[]): unknown {
  let at: unknown = value;
  for (const name of path) at = isJson(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  return at;
}

/** The object there, or an empty one that is not part of `value`. */
export function jsonAt(value: unknown, ...path: readonly string[]): Json {
  const found = valueAt(value, ...path);
  return isJson(found) ? found : {};
}

/** The list there, or an empty one that is not part of `value`. */
export function listAt(value: unknown, ...path: readonly string[]): unknown[] {
  const found = valueAt(value, ...path);
  return Array.isArray(found) ? (found as unknown[]) : [];
}

/** The non-empty text there. */
export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = valueAt(value, ...path);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** The number there. */
export function numberAt(value: unknown, ...path: readonly string[]): number | undefined {
  const found = valueAt(value, ...path);
  return typeof found === 'number' ? found : undefined;
}

/** A deep copy that may be changed. */
export function copyOf<T>(value: T): T {
  return structuredClone(value);
}

/** Equal as JSON, whatever the order of keys; `undefined` counts as absent. */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => isSame(item, other[index]));
  }
  if (!isJson(one) || !isJson(other)) return false;
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].every((key) =>
    isSame(one[key], other[key]),
  );
}
