/** The JSON type of a leaf. `intstr` is a number or a string, `quantity` and `number` accept both spellings. */
export type LeafType = 'string' | 'int' | 'number' | 'bool' | 'quantity' | 'intstr' | 'time' | 'any';

/** How a list is merged: as one value, as a set of scalars, or item by item under its key fields. */
export type ListRule = { by: 'atomic' } | { by: 'set' } | { by: 'key'; keys: string[] };

/** The shape of a value, with what server-side apply and strategic merge need to know of it. */
export type Schema =
  | { is: 'leaf'; type: LeafType }
  | { is: 'object'; name: string; fields: Record<string, Field>; atomic: boolean; open: boolean }
  | { is: 'map'; of: Schema; atomic: boolean }
  | { is: 'list'; of: Schema; rule: ListRule };

/** A field of an object. */
export interface Field {
  schema: Schema;
  required: boolean;
}

/** The object schema, narrowed. */
export type ObjectSchema = Extract<Schema, { is: 'object' }>;

/** A value of which nothing is known: merged as one piece, never refused. */
export const ANY: Schema = { is: 'leaf', type: 'any' };

/** A value whose fields are not known but are owned and merged one by one. */
export const OPEN: Schema = { is: 'object', name: '', fields: {}, atomic: false, open: true };

/** The schema of a field; open objects answer for every name, closed ones only for theirs. */
export function fieldSchema(schema: Schema, name: string): Schema | undefined {
  if (schema.is === 'map') return schema.of;
  if (schema.is !== 'object') return undefined;
  return schema.fields[name]?.schema ?? (schema.open ? OPEN : undefined);
}

/** Tells whether a value of this schema is owned and merged as one piece. */
export function isAtomic(schema: Schema, value: unknown): boolean {
  if (schema.is === 'leaf') return true;
  if (schema.is === 'list') return schema.rule.by === 'atomic' || !Array.isArray(value);
  return schema.atomic || typeof value !== 'object' || value === null || Array.isArray(value);
}
