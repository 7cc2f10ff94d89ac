import { SessionView, SignIn, SignInWays } from '../../shared/contract/session.js';
import { allowsEverywhere, decideWithin, VERBS, type Grants, type Verb } from '../../shared/domain/access.js';
import type { GivenSecrets } from '../../shared/store/given-secrets.js';
import type { SignIns } from '../../shared/store/sign-ins.js';
import { hashOf, makeSecret } from '../auth/access-token.js';
import type { Authentication } from '../auth/authenticate.js';
import type { Passwords } from '../auth/passwords.js';
import { refuseForeign } from '../auth/same-origin.js';
import { isSecure, sessionCookie, sessionIn } from '../auth/session-cookie.js';
import { timestamp } from '../present.js';
import { Refusal } from '../refusal.js';
import { json, type JsonReply } from '../reply.js';
import { defineRoute, type Route } from '../route.js';
import type { Caller } from '../access/caller.js';
import { refused } from './parameters.js';

const tag = 'Signing in';
/** How long a session lasts, in milliseconds: a working day. */
const SESSION_MS = 12 * 3_600_000;

/** What these routes need of the world around them. */
export interface SessionDeps {
  readonly auth: Pick<Authentication, 'authenticate'>;
  readonly given: Pick<GivenSecrets, 'keep' | 'endSession'>;
  readonly signIns: SignIns;
  readonly passwords: Passwords;
  readonly publicUrl?: string | undefined;
  /** Whether people may sign in at an identity provider. */
  readonly oidc: boolean;
}

/** Sessions, for browsers: a cookie that no script can read, from a token or a password. */
export function sessionRoutes(deps: SessionDeps): readonly Route[] {
  return [createRoute(deps), readRoute(), endRoute(deps), waysRoute(deps)];
}

function createRoute(deps: SessionDeps): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/session',
    tag,
    summary: 'Sign in',
    description:
      'The answer sets a cookie. Calls that change something must come from a page of this address.',
    access: 'open',
    body: { schema: SignIn },
    answers: {
      201: {
        description: 'Signed in',
        schema: SessionView,
        headers: { 'Set-Cookie': 'The session: HttpOnly, SameSite=Strict, over https also Secure' },
      },
      401: refused('The token or the password is not right'),
      403: refused('A foreign page sent the request'),
      429: refused('Too many attempts under this name'),
    },
    async handler({ body: { token, name, password }, around }) {
      refuseForeign(around, deps.publicUrl);
      if (token !== undefined && name === undefined && password === undefined) return byToken(deps, token);
      if (token === undefined && name !== undefined && password !== undefined)
        return byPassword(deps, name, password);
      const detail = 'must have a token alone, or a name and a password';
      throw new Refusal('request.invalid', `The body ${detail}`, { errors: [{ pointer: '', detail }] });
    },
  });
}

async function byToken(deps: SessionDeps, token: string): Promise<JsonReply> {
  const caller = await deps.auth.authenticate({ authorization: `Bearer ${token}` });
  if (caller.by === 'ci')
    throw new Refusal(
      'token.invalid',
      'The signed token of a CI run begins no session; send it as a Bearer token',
    );
  const reply = await beginSession(deps, { token: hashOf(token) }, caller.expiresAt);
  const view = presentCaller({ ...caller, by: 'session' }, reply.expiresAt);
  return { ...json(201, view, reply.headers), about: caller.name };
}

async function byPassword(deps: SessionDeps, name: string, password: string): Promise<JsonReply> {
  const lockedMs = await deps.signIns.attempt(name);
  if (lockedMs > 0) {
    const seconds = Math.ceil(lockedMs / 1000);
    throw new Refusal(
      'session.locked',
      `Too many attempts to sign in as ${name}; try again in ${seconds} s`,
      {
        headers: { 'retry-after': String(seconds) },
        about: name,
      },
    );
  }
  if (!(await deps.passwords.isRight(name, password)))
    throw new Refusal('session.refused', 'The name or the password is not right', { about: name });
  await deps.signIns.succeeded(name);
  return personReply(deps, name);
}

/** The answer to a person who proved who they are. Throws a 401 Refusal when they are kept out. */
async function personReply(deps: SessionDeps, name: string): Promise<JsonReply> {
  const { expiresAt, headers } = await beginSession(deps, { person: name });
  const caller = await deps.auth.authenticate({ cookie: headers['set-cookie'] });
  return { ...json(201, presentCaller(caller, expiresAt), headers), about: name };
}

/** Keeps a new session, and tells the header that gives it to the browser. */
export async function beginSession(
  { given, publicUrl }: Pick<SessionDeps, 'given' | 'publicUrl'>,
  of: { readonly person: string } | { readonly token: string },
  until = Infinity,
): Promise<{ expiresAt: number; headers: Readonly<Record<string, string>> }> {
  const secret = makeSecret('bs');
  const createdAt = Date.now();
  const expiresAt = Math.min(until, createdAt + SESSION_MS);
  const forMs = Math.max(1, expiresAt - createdAt);
  await given.keep('session', hashOf(secret), { of, createdAt, expiresAt }, forMs);
  const headers = { 'set-cookie': sessionCookie(secret, isSecure(publicUrl), forMs) };
  return { expiresAt, headers };
}

function readRoute(): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/session',
    tag,
    summary: 'Who am I, and what may I do',
    access: 'known',
    answers: { 200: { description: 'You', schema: SessionView } },
    handler: (_, caller) => Promise.resolve(json(200, presentCaller(caller, caller.expiresAt))),
  });
}

function endRoute({ given, publicUrl }: SessionDeps): Route {
  return defineRoute({
    method: 'delete',
    path: '/v1/session',
    tag,
    summary: 'Sign out',
    access: 'known',
    answers: { 204: { description: 'The session has ended; a token that was sent instead stays as it is' } },
    async handler({ around }, caller) {
      const secret = sessionIn(around.header('cookie'), isSecure(publicUrl));
      if (secret !== undefined && caller.by === 'session') await given.endSession(hashOf(secret));
      return json(204, undefined, { 'set-cookie': sessionCookie('', isSecure(publicUrl), 0) });
    },
  });
}

function waysRoute({ oidc }: SessionDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/session/ways',
    tag,
    summary: 'Ways to sign in',
    access: 'open',
    answers: { 200: { description: 'What a sign-in page can offer', schema: SignInWays } },
    handler: () => Promise.resolve(json(200, { oidc })),
  });
}

/** What callers are told of themselves. */
function presentCaller({ name, owner, by, grants }: Caller, expiresAt: number | undefined): unknown {
  return {
    name,
    kind: owner.kind === 'trust' ? 'ci-run' : owner.kind,
    by,
    may: Object.fromEntries(VERBS.map((verb) => [verb, reachOf(grants, verb)])),
    ...(expiresAt !== undefined && { expiresAt: timestamp(expiresAt) }),
  };
}

function reachOf(grants: Grants, verb: Verb): 'everywhere' | 'somewhere' | 'nowhere' {
  if (allowsEverywhere(grants, verb)) return 'everywhere';
  return decideWithin(grants, verb, {}).allowed ? 'somewhere' : 'nowhere';
}
