import { Type } from 'typebox';
import { closed } from '../../shared/contract/names.js';
import { json, type JsonReply } from '../reply.js';

/** The query of a change that may be tried. */
export const Trial = Type.Object(
  {
    dryRun: Type.Optional(
      Type.Boolean({
        description:
          'Only judge it: rights, schema and spec are proven, nothing is stored. Whether what it needs is registered is not looked at, since that may be about to be',
        examples: [false],
      }),
    ),
  },
  { ...closed, description: 'Whether it is tried only' },
);

/** The answer to a change that was found good and not made. */
export function tried(view: object): JsonReply {
  return { ...json(200, view), about: 'Tried only; nothing was stored' };
}
