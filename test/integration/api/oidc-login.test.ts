import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { useApi } from '../../support/api.js';
import { startOidcIssuer, type OidcIssuer } from '../../support/oidc-issuer.js';

const api = useApi();
const CLIENT = { id: 'beanpod', secret: 's3cret/+ of the client' };
const PUBLIC_URL = 'http://beanpod.test/delivery';
let issuer: OidcIssuer;

beforeAll(async () => {
  issuer = await startOidcIssuer({
    id: CLIENT.id,
    // The secret travels form-encoded inside Basic, as RFC 6749 has it.
    secret: encodeURIComponent(CLIENT.secret).replaceAll('%20', '+'),
  });
  await api.start({
    BEANPOD_PUBLIC_URL: PUBLIC_URL,
    BEANPOD_OIDC_ISSUER: issuer.url,
    BEANPOD_OIDC_CLIENT_ID: CLIENT.id,
    BEANPOD_OIDC_CLIENT_SECRET: CLIENT.secret,
  });
  const rules = [{ effect: 'allow', verbs: ['view', 'deploy'] }];
  await api
    .call()
    .put('/v1/roles/deployers')
    .send({ rules, groups: ['team-shop'] });
});
afterAll(async () => {
  await api.stop();
  await issuer.close();
});
beforeEach(() => {
  issuer.setDown(false);
  issuer.setPerson({ sub: 'u-1', email: 'Ada@Example.com', email_verified: true, groups: ['team-shop'] });
});

/** A browser without a memory of its own: what it was told to keep, and where it was sent. */
interface Step {
  readonly status: number;
  readonly location: string;
  readonly cookie: string;
  readonly setCookie: string;
  readonly code: string | undefined;
}

async function visit(address: string, cookie = ''): Promise<Step> {
  const url = address.replace(PUBLIC_URL, api.url);
  const answer = await fetch(url, { redirect: 'manual', headers: cookie === '' ? {} : { cookie } });
  const setCookie = answer.headers.get('set-cookie') ?? '';
  const body = answer.status >= 400 ? ((await answer.json()) as { code?: string }) : {};
  return {
    status: answer.status,
    location: answer.headers.get('location') ?? '',
    cookie: setCookie.split(';')[0] ?? '',
    setCookie,
    code: body.code,
  };
}

/** Goes to the identity provider and up to the address that it sends the browser back to. */
async function goThere(): Promise<{ back: string; cookie: string }> {
  const begun = await visit(`${api.url}/v1/session/oidc`);
  const consented = await visit(begun.location);
  return { back: consented.location, cookie: begun.cookie };
}

async function signIn(): Promise<Step> {
  const { back, cookie } = await goThere();
  return visit(back, cookie);
}

const whoIs = (cookie: string) => api.call('').get('/v1/session').set({ cookie });

describe('signing in at the identity provider', () => {
  test('is offered', async () => {
    expect((await api.call('').get('/v1/session/ways')).body).toEqual({ oidc: true });
  });

  test('begins with PKCE, a nonce and a state that only this browser has', async () => {
    const begun = await visit(`${api.url}/v1/session/oidc`);
    const asked = new URL(begun.location).searchParams;

    expect(begun.status).toBe(302);
    expect(begun.location.startsWith(`${issuer.url}/authorize?`)).toBe(true);
    expect(Object.fromEntries(asked)).toMatchObject({
      response_type: 'code',
      client_id: CLIENT.id,
      redirect_uri: `${PUBLIC_URL}/v1/session/oidc/callback`,
      scope: 'openid profile email',
      code_challenge_method: 'S256',
    });
    expect(asked.get('nonce')).toHaveLength(43);
    expect(begun.setCookie).toMatch(
      /^beanpod_oidc=bo_\w{43}; Path=\/v1\/session\/oidc; Max-Age=600; HttpOnly; SameSite=Lax$/,
    );
    // What travels by way of the address gives away nothing of what the browser keeps.
    expect(begun.location).not.toContain(begun.cookie.split('=')[1]);
  });

  test('ends in a session of the person, with the roles of their groups', async () => {
    const home = await signIn();
    const me = await whoIs(home.cookie);

    expect([home.status, home.location]).toEqual([303, `${PUBLIC_URL}/`]);
    expect(home.setCookie).toMatch(/^beanpod_session=bs_\w{43}; .*HttpOnly; SameSite=Strict$/);
    expect(me.body).toMatchObject({
      name: 'ada@example.com',
      kind: 'person',
      may: { deploy: 'everywhere', admin: 'nowhere' },
    });
    expect((await api.call().get('/v1/people/ada@example.com')).body).toMatchObject({
      signsInBy: ['oidc'],
      groups: ['team-shop'],
    });
  });

  test('takes over groups and nothing else of a person who is known', async () => {
    await signIn();
    await api
      .call()
      .put('/v1/people/ada@example.com')
      .send({ roles: ['edit'], groups: ['team-shop'] });
    issuer.setPerson({ sub: 'u-1', email: 'ada.lovelace@example.com', groups: ['retired'] });

    const me = await whoIs((await signIn()).cookie);

    expect(me.body).toMatchObject({ name: 'ada@example.com', may: { edit: 'everywhere' } });
    expect((await api.call().get('/v1/people/ada@example.com')).body).toMatchObject({ groups: ['retired'] });
    expect((await api.call().get('/v1/people/ada.lovelace@example.com')).status).toBe(404);
  });

  test('keeps out a person who is disabled', async () => {
    await signIn();
    await api.call().put('/v1/people/ada@example.com').send({ roles: [], disabled: true });

    expect((await whoIs((await signIn()).cookie)).status).toBe(401);
    await api.call().put('/v1/people/ada@example.com').send({ roles: [] });
  });

  test('gives nobody the name of somebody else', async () => {
    await api
      .call()
      .put('/v1/people/root@example.com')
      .send({ roles: ['admin'] });
    issuer.setPerson({ sub: 'u-evil', email: 'root@example.com' });

    const home = await signIn();

    expect([home.status, home.code]).toEqual([409, 'person.taken']);
    expect(home.setCookie).toBe('');
  });

  test('calls nobody by an address that is not verified', async () => {
    issuer.setPerson({
      sub: 'u-2',
      email: 'cto@example.com',
      email_verified: false,
      preferred_username: 'Bob B',
    });

    expect((await whoIs((await signIn()).cookie)).body).toMatchObject({ name: 'bob-b' });
  });
});

describe('coming back is refused', () => {
  test('in another browser than the one that went', async () => {
    const [mine, theirs] = [await goThere(), await goThere()];

    expect((await visit(mine.back)).code).toBe('session.unproven');
    expect((await visit(mine.back, theirs.cookie)).code).toBe('session.unproven');
    expect((await visit(mine.back, mine.cookie)).status).toBe(303);
  });

  test('twice', async () => {
    const { back, cookie } = await goThere();

    expect((await visit(back, cookie)).status).toBe(303);
    expect((await visit(back, cookie)).code).toBe('session.unproven');
  });

  test('with a code of another attempt', async () => {
    const [mine, theirs] = [await goThere(), await goThere()];
    const mixed = new URL(mine.back);
    mixed.searchParams.set('code', new URL(theirs.back).searchParams.get('code') ?? '');

    const home = await visit(mixed.href, mine.cookie);

    // The provider refuses it, since the verifier is that of this attempt.
    expect([home.status, home.code, home.setCookie]).toEqual([401, 'session.unproven', '']);
  });

  test('with a token that was made for another attempt', async () => {
    issuer.setPerson({ sub: 'u-1', nonce: 'of another attempt' });

    expect((await signIn()).code).toBe('session.unproven');
  });

  test('when the person did not consent', async () => {
    const { cookie } = await goThere();
    const home = await visit(`${api.url}/v1/session/oidc/callback?error=access_denied&state=x`, cookie);

    expect([home.status, home.code]).toEqual([401, 'session.unproven']);
  });

  test('when the provider cannot be asked', async () => {
    const { back, cookie } = await goThere();
    issuer.setDown(true);

    expect((await visit(back, cookie)).code).toBe('identity.unavailable');
  });
});

test('half an identity provider is refused at the start, with what is missing', async () => {
  await expect(
    api.startAnother({ BEANPOD_OIDC_ISSUER: issuer.url, BEANPOD_OIDC_CLIENT_ID: '' }),
  ).rejects.toThrow('BEANPOD_OIDC_CLIENT_ID');
});
