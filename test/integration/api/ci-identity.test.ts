import { SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { useApi } from '../../support/api.js';
import { startOidcIssuer, type OidcIssuer } from '../../support/oidc-issuer.js';

const api = useApi();
let issuer: OidcIssuer;

/** Claims of a run as GitHub Actions signs them. https://docs.github.com/en/actions/reference/security/oidc */
const RUN = {
  repository: 'octo/shop',
  repository_id: '123456',
  repository_owner_id: '7',
  ref: 'refs/heads/main',
  event_name: 'push',
};

beforeAll(async () => {
  issuer = await startOidcIssuer({ id: 'beanpod', secret: 'unused' });
  await api.start({ BEANPOD_CI_ISSUERS: issuer.url, BEANPOD_CI_AUDIENCE: 'beanpod' });
  await api.configure();
  await api
    .call()
    .put('/v1/roles/shop-ci')
    .send({
      rules: [{ effect: 'allow', verbs: ['view', 'deploy'], service: 'shop-api', environment: 'staging' }],
    });
});
afterAll(async () => {
  await api.stop();
  await issuer.close();
});
beforeEach(async () => {
  issuer.setDown(false);
  const put = await trust({ repository_id: '123456', ref: 'refs/heads/main' });
  expect([200, 201]).toContain(put.status);
});

const trust = (claims: object) =>
  api
    .call()
    .put('/v1/trusts/shop')
    .send({ issuer: issuer.url, claims, roles: ['shop-ci'] });

describe('a CI run with a signed token', () => {
  test('may do what the roles of its trust say, and no more', async () => {
    const call = api.call(await issuer.sign(RUN));

    const me = await call.get('/v1/session');
    const seen = await call.get('/v1/targets/shop-api/staging');
    const edited = await call.put('/v1/services/shop-api').send({});

    expect(me.body).toMatchObject({
      kind: 'ci-run',
      by: 'ci',
      name: 'repo:octo/shop:ref:refs/heads/main',
      may: { deploy: 'somewhere', edit: 'nowhere' },
    });
    expect([seen.status, edited.status]).toEqual([200, 403]);
  });

  test.each([
    ['another repository', { ...RUN, repository_id: '999' }],
    ['another branch', { ...RUN, ref: 'refs/heads/feature' }],
    ['a claim left out', { repository_id: '123456' }],
    ['a claim of another kind', { ...RUN, ref: ['refs/heads/main'] }],
  ])('is refused: %s', async (_, claims) => {
    const answer = await api.call(await issuer.sign(claims)).get('/v1/services');

    expect([answer.status, answer.body.code]).toEqual([401, 'token.invalid']);
    expect(answer.body.detail).toContain('No trust fits');
  });

  test('fits a trust whose value ends with *', async () => {
    await trust({ repository_id: '123456', ref: 'refs/heads/*' });

    const feature = await api.call(await issuer.sign({ ...RUN, ref: 'refs/heads/x' })).get('/v1/services');
    const tag = await api.call(await issuer.sign({ ...RUN, ref: 'refs/tags/x' })).get('/v1/services');

    expect([feature.status, tag.status]).toEqual([200, 401]);
  });

  test.each([
    [{ ref: 'refs/heads/main' }],
    [{ repository: '*', ref: 'refs/heads/main' }],
    [{ sub: 'repo:*' }],
  ])('cannot be trusted by claims that strangers have, too: %o', async (claims) => {
    const answer = await trust(claims);

    expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([422, '/claims']);
  });

  test('is refused as soon as its trust is gone', async () => {
    const call = api.call(await issuer.sign(RUN));
    expect((await call.get('/v1/services')).status).toBe(200);

    await api.call().delete('/v1/trusts/shop');

    await expect.poll(async () => (await call.get('/v1/services')).status).toBe(401);
  });

  test('gets a token of ours for the rest of its run, which ends with the trust', async () => {
    const made = await api
      .call(await issuer.sign(RUN))
      .post('/v1/tokens')
      .send({ name: 'run 42', role: 'admin', expiresInDays: 90 });
    const call = api.call(made.body.token);

    expect(made.status, made.text).toBe(201);
    expect(Date.parse(made.body.expiresAt) - Date.now()).toBeLessThanOrEqual(2 * 3_600_000);
    expect((await call.get('/v1/targets/shop-api/staging')).status).toBe(200);
    expect((await call.put('/v1/services/shop-api').send({})).status).toBe(403);

    await api.call().delete('/v1/trusts/shop');
    await expect.poll(async () => (await call.get('/v1/services')).status).toBe(401);
  });

  test('is recognised after the issuer has changed its keys', async () => {
    expect((await api.call(await issuer.sign({ ...RUN, run: 1 })).get('/v1/services')).status).toBe(200);
    const other = await api.startAnother({
      BEANPOD_CI_ISSUERS: issuer.url,
      BEANPOD_CI_AUDIENCE: 'beanpod',
    });
    try {
      issuer.rotate();
      const token = await issuer.sign({ ...RUN, run: 2 });
      const answer = await fetch(`${other.url}/v1/services`, {
        headers: { authorization: `Bearer ${token}` },
      });

      expect(answer.status).toBe(200);
    } finally {
      issuer.rotate();
      await other.close();
    }
  });

  test('is told to try again when its issuer cannot be asked', async () => {
    issuer.setDown(true);
    const other = await api.startAnother({
      BEANPOD_CI_ISSUERS: issuer.url,
      BEANPOD_CI_AUDIENCE: 'beanpod',
    });
    try {
      const token = await issuer.sign(RUN);
      const headers = { authorization: `Bearer ${token}` };
      const answer = await fetch(`${other.url}/v1/services`, { headers });

      expect(answer.status).toBe(503);
      expect(await answer.json()).toMatchObject({ code: 'identity.unavailable' });
      issuer.setDown(false);
      expect((await fetch(`${other.url}/v1/services`, { headers })).status).toBe(200);
    } finally {
      await other.close();
    }
  });
});

describe('a forged token', () => {
  const b64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

  test.each<[string, () => Promise<string>]>([
    ['for another audience', () => issuer.sign(RUN, { audience: 'somebody-else' })],
    ['that has ended', () => issuer.sign(RUN, { expiresIn: '-5m' })],
    ['without a subject', () => issuer.sign(RUN, { subject: undefined })],
    [
      'made long ago',
      () => issuer.sign(RUN, { issuedAt: Math.floor(Date.now() / 1000) - 7_200, expiresIn: '5h' }),
    ],
    ['of an issuer that nobody named', () => issuer.sign(RUN, { issuer: 'https://evil.example' })],
    [
      'without a signature',
      () => {
        const token = new UnsecuredJWT(RUN).setIssuer(issuer.url).setAudience('beanpod').setSubject('x');
        return Promise.resolve(`${token.setIssuedAt().setExpirationTime('5m').encode()}c2ln`);
      },
    ],
    [
      'signed with the public key as a shared secret',
      async () => {
        const keys = await (await fetch(`${issuer.url}/keys`)).text();
        return new SignJWT(RUN)
          .setProtectedHeader({ alg: 'HS256' })
          .setIssuer(issuer.url)
          .setAudience('beanpod')
          .setSubject('x')
          .setIssuedAt()
          .setExpirationTime('5m')
          .sign(Buffer.from(keys));
      },
    ],
    [
      'whose claims were changed',
      async () => {
        const [head, , signature] = (await issuer.sign({ ...RUN, ref: 'refs/heads/x' })).split('.');
        const now = Math.floor(Date.now() / 1000);
        const claims = { ...RUN, iss: issuer.url, aud: 'beanpod', sub: 'x', iat: now, exp: now + 60 };
        return `${head}.${b64(claims)}.${signature}`;
      },
    ],
    ['that is no token inside', () => Promise.resolve('eyJhbGciOiJSUzI1NiJ9.bm8.bm8')],
  ])('is refused: %s', async (_, make) => {
    const answer = await api.call(await make()).get('/v1/services');

    expect([answer.status, answer.body.code], answer.text).toEqual([401, 'token.invalid']);
  });

  test('makes us ask nobody whom no operator named', async () => {
    const elsewhere = await startOidcIssuer({ id: 'x', secret: 'x' });
    try {
      expect((await api.call(await elsewhere.sign(RUN)).get('/v1/services')).status).toBe(401);
      expect(elsewhere.seen).toEqual([]);
    } finally {
      await elsewhere.close();
    }
  });
});
