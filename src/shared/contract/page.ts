import { Type, type TSchema } from 'typebox';

/** A page of a list. Pages are stable: what is added meanwhile does not shift what follows a cursor. */
export function pageOf<const Item extends TSchema>(item: Item, description: string) {
  return Type.Object(
    {
      items: Type.Array(item, { description, examples: [[]] }),
      nextCursor: Type.Optional(
        Type.String({
          description: 'Ask for the next page with this; absent on the last',
          examples: ['c2hvcA'],
        }),
      ),
    },
    { description },
  );
}

export const Cursor = Type.String({
  maxLength: 300,
  description: 'nextCursor of the page before',
  examples: ['c2hvcA'],
});

/** How many items a page may have; `standard` when the caller does not say. */
export const Limit = (standard: number, maximum: number) =>
  Type.Integer({
    minimum: 1,
    maximum,
    default: standard,
    description: 'Most items of the page',
    examples: [standard],
  });
