import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { offlineTable } from '../../../scripts/docs/openapi-document.js';
import { hashOf, makeToken } from '../../../src/api/auth/access-token.js';
import type { Route } from '../../../src/api/route.js';
import type { AccessRule } from '../../../src/shared/contract/access.js';
import { VERBS } from '../../../src/shared/domain/access.js';
import { createTokens } from '../../../src/shared/store/tokens.js';
import { ARTIFACT, useApi } from '../../support/api.js';
import { sampleOf } from '../../support/sample.js';
import type { Answer } from '../../support/caller.js';

// The cases come from the table of routes, so a new route is covered by being there.
const table = offlineTable();
const closed = table.filter(({ access }) => access !== 'open');
const needing = closed.flatMap((route) =>
  typeof route.access === 'string' ? [] : [{ ...named(route), verb: route.access.verb }],
);

/** Routes that everybody may call who is known: they answer about the caller, or judge by themselves. */
const KNOWN = [
  'get /v1/session',
  'delete /v1/session',
  'get /v1/can',
  'get /v1/tokens',
  'post /v1/tokens',
  'delete /v1/tokens/:token',
];
/** Routes that nobody needs to be known for. */
const OPEN = [
  'get /livez',
  'get /readyz',
  'get /v1/session/ways',
  'post /v1/session',
  'post /v1/invitations',
  'get /v1/session/oidc',
  'get /v1/session/oidc/callback',
  // Its deliveries are signed.
  'post /v1/hooks/:hook',
];

const api = useApi();
const parameters: Readonly<Record<string, string>> = { service: 'shop-api', environment: 'staging' };
/** Ids of records that are there, by the collection that they are in. */
const ids: Record<string, string> = {};
let expired = '';
let revoked = '';

beforeAll(async () => {
  await api.start();
  await api.configure();
  const member = { service: 'shop-api', environment: 'staging', version: '1', artifact: ARTIFACT };
  await make('deployments', member);
  await make('releases', { members: [member] });
  // What a place is told from is there: whatever the table can put, it puts.
  for (const route of table) if (route.method === 'put' && !route.upload) await ask(api.token, route);
  expired = await expiredToken();
  revoked = await revokedToken();
});
afterAll(() => api.stop());

function named(route: Route): { method: Route['method']; path: string; route: Route } {
  return { method: route.method, path: route.path, route };
}

function isList({ access, method }: Route): boolean {
  return typeof access !== 'string' && method === 'get' && 'within' in access;
}

async function make(collection: string, body: object): Promise<void> {
  const made = await api.call().post(`/v1/${collection}`).send(body);
  expect(made.status, made.text).toBe(202);
  ids[collection] = made.body.id;
}

async function expiredToken(): Promise<string> {
  const { id, token } = makeToken();
  const past = new Date(Date.now() - 3_600_000).toISOString();
  const about = { id, name: 'old', role: 'admin', createdAt: past, expiresAt: past };
  await createTokens(api.redis.client, api.redis.namespace).add(hashOf(token), about);
  return token;
}

async function revokedToken(): Promise<string> {
  const { id, token } = (await api.call().post('/v1/tokens').send({ name: 'gone', role: 'admin' })).body;
  expect((await api.call(token).get('/v1/services')).status).toBe(200);
  await api.call().delete(`/v1/tokens/${id}`);
  await vi.waitUntil(async () => (await api.call(token).get('/v1/services')).status === 401, 20_000);
  return token;
}

async function tokenWith(rules: readonly AccessRule[]): Promise<string> {
  const made = await api.call().post('/v1/tokens').send({ name: 'narrow', rules });
  expect(made.status, made.text).toBe(201);
  return made.body.token;
}

/** The call of a route with everything that it requires. */
async function ask(
  token: string,
  { method, path, params, query, body, upload, answers }: Route,
): Promise<Pick<Answer, 'status' | 'text' | 'body'>> {
  const samples = sampleOf(params ?? {}) as Record<string, unknown>;
  const [, collection = ''] = /^\/v1\/(\w+)\/:id/.exec(path) ?? [];
  const address = path.replaceAll(
    /:(\w+)/g,
    (_, name: string) => (name === 'id' ? ids[collection] : parameters[name]) ?? String(samples[name]),
  );
  const asked = new URLSearchParams(sampleOf(query ?? {}) as Record<string, string>);
  if (answers[200]?.types?.join() === 'text/event-stream') return openStream(token, address);
  const call = api.call(token)[method](asked.size > 0 ? `${address}?${asked.toString()}` : address);
  if (upload) return call.set('content-type', upload[0] ?? '').send('PK');
  return body ? call.send(sampleOf(body.schema) as object) : call;
}

/** The head of an answer that does not end, and its body when it does. */
async function openStream(token: string, path: string): Promise<Pick<Answer, 'status' | 'text' | 'body'>> {
  const controller = new AbortController();
  const headers = token === '' ? {} : { authorization: `Bearer ${token}` };
  const { status, ...answer } = await fetch(`${api.url}${path}`, { headers, signal: controller.signal }).then(
    async (found) => ({
      status: found.status,
      text: found.status === 200 ? '' : await found.text(),
    }),
  );
  controller.abort();
  return { status, ...answer, body: JSON.parse(answer.text || '{}') as Answer['body'] };
}

/**
 * A list is there for everybody who may view anything, and shows what they may view. A release that somebody may not
 * view is unknown to them.
 */
function expectClosed({ status, text, body }: Pick<Answer, 'status' | 'text' | 'body'>, route: Route): void {
  if (isList(route) && status === 200) expect(text).not.toMatch(/shop-api|staging/);
  else if (route.path.startsWith('/v1/releases/:id') && status === 404)
    expect(body.code).toBe('release.unknown');
  else expect([status, body.code], text).toEqual([403, 'access.denied']);
}

describe('the table', () => {
  test('has no route that is open or for everybody known but these', () => {
    const those = (access: Route['access']) =>
      table.filter((route) => route.access === access).map(({ method, path }) => `${method} ${path}`);

    expect(those('open').toSorted()).toEqual(OPEN.toSorted());
    expect(those('known').toSorted()).toEqual(KNOWN.toSorted());
    expect(needing.length).toBeGreaterThan(30);
  });
});

describe.each(closed.map(named))('$method $path', ({ method, path, route }) => {
  test('is closed without a token, to an ended and to a revoked one', async () => {
    const codes = [];
    for (const token of ['', expired, revoked]) {
      const { status, body } = await ask(token, route);
      codes.push([status, body.code]);
    }

    expect(codes, `${method} ${path}`).toEqual([
      [401, 'token.missing'],
      [401, 'token.invalid'],
      [401, 'token.invalid'],
    ]);
  });
});

describe.each(needing)('$method $path', ({ route, verb }) => {
  test('is closed to a caller with every other right', async () => {
    const token = await tokenWith([{ effect: 'allow', verbs: VERBS.filter((each) => each !== verb) }]);

    const answer = await ask(token, route);

    expect([answer.status, answer.body.code], answer.text).toEqual([403, 'access.denied']);
    expect(answer.body.detail).toContain(`lacks the right ${verb}`);
  });

  test('is closed to a caller with the right at another place', async () => {
    const token = await tokenWith([
      { effect: 'allow', verbs: [...VERBS], service: 'other', environment: 'elsewhere' },
    ]);

    const answer = await ask(token, route);

    expectClosed(answer, route);
  });

  test('is closed to a caller whom a rule for this very place denies it', async () => {
    const token = await tokenWith([
      { effect: 'allow', verbs: [...VERBS], service: 'other' },
      { effect: 'deny', verbs: [verb], service: 'shop-api' },
      { effect: 'deny', verbs: [verb], environment: 'staging' },
      { effect: 'deny', verbs: [verb] },
    ]);

    const answer = await ask(token, route);

    expectClosed(answer, route);
  });
});
