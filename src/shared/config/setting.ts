import type { TSchema } from 'typebox';

/** One setting: its environment variable, its schema, and the value that holds when nobody says anything. */
export interface Setting<S extends TSchema = TSchema> {
  readonly env: string;
  readonly schema: S;
  /** Absent when the setting may stay unset. */
  readonly standard?: unknown;
  /** Never shown, neither in a message nor in the documentation. */
  readonly secret?: true;
}

/** One row of the settings. */
export function setting<const S extends TSchema>(
  env: string,
  schema: S,
  standard?: unknown,
  secret?: 'secret',
): Setting<S> {
  return { env, schema, ...(standard !== undefined && { standard }), ...(secret && { secret: true }) };
}
