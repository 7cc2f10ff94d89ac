import { Type } from 'typebox';
import { closed } from '../../shared/contract/names.js';
import { CreatedToken, NewToken, TokenView } from '../../shared/contract/token.js';
import type { Tokens } from '../../shared/store/tokens.js';
import { hashOf, makeToken } from '../auth/access-token.js';
import { timestamp } from '../present.js';
import { Refusal } from '../refusal.js';
import { json } from '../reply.js';
import { defineRoute, type Route } from '../route.js';
import { refused } from './parameters.js';

const tag = 'Tokens';
const DAY_MS = 24 * 3_600_000;

/** Access tokens. Only their hashes are stored. */
export function tokenRoutes(tokens: Pick<Tokens, 'add' | 'list' | 'remove'>): readonly Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/v1/tokens',
      tag,
      summary: 'Make a token; its secret is shown this once',
      access: 'admin',
      body: { schema: NewToken },
      answers: { 201: { description: 'The token', schema: CreatedToken } },
      async handler({ body: { name, role, expiresInDays = 90 } }) {
        const { id, token } = makeToken();
        const now = Date.now();
        const about = {
          id,
          name,
          role,
          createdAt: timestamp(now),
          expiresAt: timestamp(now + expiresInDays * DAY_MS),
        };
        await tokens.add(hashOf(token), about);
        return json(201, { ...about, token }, { location: `/v1/tokens/${id}` });
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/tokens',
      tag,
      summary: 'List tokens without their secrets',
      access: 'admin',
      answers: {
        200: {
          description: 'All tokens, oldest first',
          schema: Type.Object(
            { items: Type.Array(TokenView, { description: 'Tokens', examples: [[]] }) },
            { description: 'All tokens, oldest first' },
          ),
        },
      },
      async handler() {
        return json(200, { items: await tokens.list() });
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/v1/tokens/:token',
      tag,
      summary: 'Remove a token; it stops working at once',
      access: 'admin',
      params: Type.Object(
        { token: Type.String({ maxLength: 100, description: 'Id of a token', examples: ['k3J9sQ0aZb1X'] }) },
        { ...closed, description: 'Path' },
      ),
      answers: { 204: { description: 'Removed' }, 404: refused('Unknown token') },
      async handler({ params: { token } }) {
        if (!(await tokens.remove(token)))
          throw new Refusal('token.unknown', `There is no token with the id ${token}`);
        return json(204);
      },
    }),
  ];
}
