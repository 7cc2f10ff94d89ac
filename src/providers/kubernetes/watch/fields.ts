/** A JSON object of which nothing is known. */
export type Fields = Readonly<Record<string, unknown>>;

/** What is found at the end of a path of field names; undefined when any of them is missing. */
export function valueAt(from: unknown, ...path: readonly string[]): unknown {
  let value = from;
  for (const name of path) value = isFields(value) ? value[name] : undefined;
  return value;
}

/** The text at a path; undefined when there is none or something else. */
export function textAt(from: unknown, ...path: readonly string[]): string | undefined {
  const value = valueAt(from, ...path);
  return typeof value === 'string' ? value : undefined;
}

/** The number at a path; undefined when there is none or something else. */
export function numberAt(from: unknown, ...path: readonly string[]): number | undefined {
  const value = valueAt(from, ...path);
  return typeof value === 'number' ? value : undefined;
}

/** The counter at a path. The API server leaves out counters that are zero. */
export function countAt(from: unknown, ...path: readonly string[]): number {
  return numberAt(from, ...path) ?? 0;
}

/** The list at a path; empty when there is none. */
export function listAt(from: unknown, ...path: readonly string[]): readonly unknown[] {
  const value = valueAt(from, ...path);
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** The object at a path; empty when there is none. */
export function fieldsAt(from: unknown, ...path: readonly string[]): Fields {
  const value = valueAt(from, ...path);
  return isFields(value) ? value : {};
}

/** Whether a value is a JSON object. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
