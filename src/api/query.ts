import type { TSchema } from 'typebox';

/** A query string as Express parses it: repeated names are arrays. */
export type RawQuery = Readonly<Record<string, string | string[] | undefined>>;

type Properties = Readonly<
  Record<string, { readonly type?: string; readonly items?: { readonly type?: string } }>
>;

/**
 * Texts of a query string as the values that the schema wants. What cannot be read as such stays text, for the
 * schema to refuse; unknown names stay too.
 */
export function readQuery(schema: TSchema, raw: RawQuery): Readonly<Record<string, unknown>> {
  const properties = (schema as { properties?: Properties }).properties ?? {};
  const values: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const name of Object.keys(raw)) {
    const said = raw[name];
    if (said === undefined) continue;
    const wanted = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (wanted?.type === 'array') values[name] = typeof said === 'string' ? [said] : said;
    else values[name] = typeof said === 'string' ? valueOf(said, wanted?.type) : said;
  }
  return values;
}

function valueOf(text: string, type: string | undefined): unknown {
  if (type === 'integer' && /^-?\d{1,15}$/.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}
