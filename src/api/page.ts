import { Refusal } from './refusal.js';
import { json, type JsonReply } from './reply.js';

/** Keys of streams of Redis, which refuses all others. */
export const STREAM_KEY = /^\d{1,16}(-\d{1,16})?$/;

/**
 * The key behind a cursor; undefined on the first page. Throws a Refusal for a cursor that we never gave, as far as its
 * text and the `form` of the keys of this list tell.
 */
export function readCursor(cursor: string | undefined, form = /./): string | undefined {
  if (cursor === undefined) return undefined;
  const key = Buffer.from(cursor, 'base64url').toString('utf8');
  if (makeCursor(key) === cursor && form.test(key)) return key;
  const errors = [{ pointer: '/query/cursor', detail: 'is not a cursor of this list' }];
  throw new Refusal('request.invalid', 'The cursor is not one that this list gave', { errors });
}

/** An opaque text for the place after `key`. */
export function makeCursor(key: string): string {
  return Buffer.from(key, 'utf8').toString('base64url');
}

/** A page of things by their names, 100 unless the query says otherwise. `things` come in the order of their names. */
export function pageByName<T>(
  path: string,
  query: { readonly cursor?: string; readonly limit?: number },
  things: Iterable<readonly [string, T]>,
  view: (name: string, thing: T) => unknown,
): JsonReply {
  const after = readCursor(query.cursor) ?? '';
  const { limit = 100 } = query;
  const found: (readonly [string, T])[] = [];
  for (const each of things) {
    if (each[0] > after) found.push(each);
    if (found.length > limit) break;
  }
  return pageReply({ path, query, limit, found, keyOf: ([name]) => name }, ([name, thing]) =>
    view(name, thing),
  );
}

interface Listing<T> {
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly limit: number;
  /** One more than the limit when there is a next page. */
  readonly found: readonly T[];
  readonly keyOf: (item: T) => string;
  /** Key to go on from when the search stopped before it had filled the page. */
  readonly resume?: string;
}

/** A page with its cursor and, when there are more, `Link: rel="next"`. */
export function pageReply<T>(
  { path, query, limit, found, keyOf, resume }: Listing<T>,
  view: (item: T) => unknown,
): JsonReply {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  const from = found.length > limit && last !== undefined ? keyOf(last) : resume;
  if (from === undefined) return json(200, { items: items.map(view) });
  const nextCursor = makeCursor(from);
  const next = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query, cursor: nextCursor })) {
    for (const each of Array.isArray(value) ? value : [value]) next.append(name, String(each));
  }
  return json(
    200,
    { items: items.map(view), nextCursor },
    { link: `<${path}?${next.toString()}>; rel="next"` },
  );
}
