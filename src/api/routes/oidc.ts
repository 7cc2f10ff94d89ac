import { Type } from 'typebox';
import { closed, Text } from '../../shared/contract/names.js';
import { JOURNEY_MS, refused as unproven, type OidcLogin } from '../auth/oidc-login.js';
import { cookieIn } from '../auth/session-cookie.js';
import { json } from '../reply.js';
import { defineRoute, type Route } from '../route.js';
import { refused } from './parameters.js';
import { beginSession, type SessionDeps } from './session.js';

const tag = 'Signing in';
const COOKIE = 'beanpod_oidc';
const PATH = '/v1/session/oidc';

interface OidcParts extends Pick<SessionDeps, 'given'> {
  readonly login?: OidcLogin;
}

interface OidcDeps extends Pick<SessionDeps, 'given'> {
  readonly login: OidcLogin;
  readonly publicUrl: string;
}

/** The way to the identity provider and back, where one is configured. Browsers go it; programs send tokens. */
export function oidcRoutes({ login, given }: OidcParts, publicUrl: string | undefined): readonly Route[] {
  if (!login || publicUrl === undefined) return [];
  return [beginRoute({ login, given, publicUrl }), returnRoute({ login, given, publicUrl })];
}

function beginRoute({ login, publicUrl }: OidcDeps): Route {
  return defineRoute({
    method: 'get',
    path: PATH,
    tag,
    summary: 'Sign in at the identity provider',
    access: 'open',
    answers: {
      200: { description: 'Never: browsers are sent on with 302' },
      302: { description: 'To the identity provider', headers: { Location: 'Where the person signs in' } },
      503: refused('The identity provider cannot be asked'),
    },
    async handler() {
      const { url, secret } = await login.begin();
      return json(302, undefined, {
        location: url,
        'set-cookie': journeyCookie(secret, publicUrl, JOURNEY_MS),
      });
    },
  });
}

function returnRoute({ login, given, publicUrl }: OidcDeps): Route {
  return defineRoute({
    method: 'get',
    path: `${PATH}/callback`,
    tag,
    summary: 'Come back from the identity provider',
    access: 'open',
    query: Type.Object(
      {
        code: Type.Optional(Text('What the token is given for', 'SplxlOBeZQQYbYS6WxSbIA', 4096)),
        state: Type.Optional(Text('What we sent along', 'bo_9Yb0…', 200)),
        error: Type.Optional(Text('Why nobody was signed in', 'access_denied', 200)),
        error_description: Type.Optional(Text('The same in words', 'The user denied access', 2000)),
        iss: Type.Optional(Text('The identity provider', 'https://id.example.com', 500)),
        session_state: Type.Optional(Text('A state of the provider', 'a1b2', 500)),
        scope: Type.Optional(Text('What was granted', 'openid', 2000)),
      },
      { ...closed, description: 'What the identity provider says' },
    ),
    answers: {
      200: { description: 'Never: browsers are sent on with 303' },
      303: { description: 'Signed in; to the page', headers: { Location: 'The page' } },
      401: refused('Nobody was signed in'),
      409: refused('Somebody else has the name'),
      503: refused('The identity provider cannot be asked'),
    },
    async handler({ query: { code, state, error }, around }) {
      if (code === undefined || state === undefined)
        throw unproven(`The identity provider signed nobody in (${printable(error ?? 'no code')})`);
      const cookie = cookieIn(around.header('cookie'), COOKIE);
      const name = await login.finish({ code, state, cookie });
      const { headers } = await beginSession({ given, publicUrl }, { person: name });
      const location = `${publicUrl.replace(/\/$/, '')}/`;
      return { ...json(303, undefined, { ...headers, location }), about: name };
    },
  });
}

/** Lax, since the browser comes back from another site; it is good for this path and one way there alone. */
function journeyCookie(secret: string, publicUrl: string, forMs: number): string {
  const secure = publicUrl.startsWith('https:') ? '; Secure' : '';
  return `${COOKIE}=${secret}; Path=${PATH}; Max-Age=${forMs / 1000}; HttpOnly; SameSite=Lax${secure}`;
}

function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 100);
}
