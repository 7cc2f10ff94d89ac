import { Type } from 'typebox';
import { closed } from '../../shared/contract/names.js';
import { CreatedToken, NewToken, TokenView } from '../../shared/contract/token.js';
import { decide } from '../../shared/domain/access.js';
import type { DirectoryStore } from '../../shared/store/directory.js';
import type { Tokens } from '../../shared/store/tokens.js';
import { hashOf, makeToken } from '../auth/access-token.js';
import { judgeToken } from '../access/judge-token.js';
import { timestamp } from '../present.js';
import { Refusal } from '../refusal.js';
import { json } from '../reply.js';
import { defineRoute, type Route } from '../route.js';
import type { Caller } from '../access/caller.js';
import { refused } from './parameters.js';

const tag = 'Tokens';
const DAY_MS = 24 * 3_600_000;

interface TokenRouteDeps {
  readonly tokens: Pick<Tokens, 'add' | 'list' | 'remove'>;
  readonly directory: Pick<DirectoryStore, 'refresh'>;
}

/** Access tokens. Only their hashes are stored. Everybody sees and removes their own, administrators all of them. */
export function tokenRoutes(deps: TokenRouteDeps): readonly Route[] {
  return [createRoute(deps), listRoute(deps), removeRoute(deps)];
}

function createRoute({ tokens, directory }: TokenRouteDeps): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/tokens',
    tag,
    summary: 'Make a token; its secret is shown this once',
    description:
      'People make tokens of their own in a session; administrators also for service accounts. A CI run that came without a secret gets one for at most two hours.',
    access: 'known',
    body: { schema: NewToken },
    answers: {
      201: { description: 'The token', schema: CreatedToken },
      404: refused('Unknown service account'),
    },
    async handler({ body }, caller) {
      const { owner, lastsMs } = judgeToken(await directory.refresh(), body, caller);
      const { id, token } = makeToken();
      const now = Date.now();
      const { name, role, rules, expiresInDays = 90 } = body;
      const about = {
        id,
        name,
        ...(role !== undefined && { role }),
        ...(rules !== undefined && { rules }),
        owner,
        createdAt: timestamp(now),
        expiresAt: timestamp(now + Math.min(lastsMs, expiresInDays * DAY_MS)),
      };
      await tokens.add(hashOf(token), about);
      return json(201, { ...about, token }, { location: `/v1/tokens/${id}` });
    },
  });
}

function listRoute({ tokens }: TokenRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/tokens',
    tag,
    summary: 'List tokens without their secrets',
    access: 'known',
    answers: {
      200: {
        description: 'Your tokens, oldest first; all tokens for administrators',
        schema: Type.Object(
          { items: Type.Array(TokenView, { description: 'Tokens', examples: [[]] }) },
          { description: 'Tokens, oldest first' },
        ),
      },
    },
    async handler(_, caller) {
      const found = await tokens.list();
      return json(200, { items: found.filter((token) => concerns(caller, token)) });
    },
  });
}

function removeRoute({ tokens }: TokenRouteDeps): Route {
  return defineRoute({
    method: 'delete',
    path: '/v1/tokens/:token',
    tag,
    summary: 'Remove a token; it stops working at once',
    access: 'known',
    params: Type.Object(
      { token: Type.String({ maxLength: 100, description: 'Id of a token', examples: ['k3J9sQ0aZb1X'] }) },
      { ...closed, description: 'Path' },
    ),
    answers: { 204: { description: 'Removed' }, 404: refused('Unknown token') },
    async handler({ params: { token: id } }, caller) {
      const token = (await tokens.list()).find((each) => each.id === id);
      // Whose token it is, and that there is one, is no business of others.
      if (!token || !concerns(caller, token) || !(await tokens.remove(id)))
        throw new Refusal('token.unknown', `There is no token with the id ${id}`);
      return json(204);
    },
  });
}

/** Whether a caller may see and remove a token: an administrator, its person in a session, or who sent it. */
function concerns(caller: Caller, { id, owner }: TokenView): boolean {
  if (decide(caller.grants, 'admin', {}).allowed || caller.id === id) return true;
  return (
    caller.by === 'session' &&
    owner?.kind === 'person' &&
    caller.owner.kind === 'person' &&
    owner.name === caller.owner.name
  );
}
