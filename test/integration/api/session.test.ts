import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ADMIN_TOKEN, useApi } from '../../support/api.js';

const api = useApi();
beforeAll(() => api.start());
afterAll(() => api.stop());

const OWN_PAGE = { 'sec-fetch-site': 'same-origin' };

async function signIn(token = ADMIN_TOKEN): Promise<{ cookie: string; header: string }> {
  const answer = await api.call('').post('/v1/session').send({ token });
  expect(answer.status, answer.text).toBe(201);
  const header = String(answer.headers['set-cookie']);
  return { header, cookie: header.split(';')[0] ?? '' };
}

const makeToken = async (role: string) =>
  (
    await api
      .call()
      .post('/v1/tokens')
      .send({ name: `a ${role}`, role })
  ).body;

describe('signing in with a token', () => {
  test('begins a session in a cookie that no script and no foreign page gets', async () => {
    const { header, cookie } = await signIn();

    const me = await api.call('').get('/v1/session').set({ cookie });

    expect(header).toMatch(/^beanpod_session=bs_\w{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/);
    expect(me.status).toBe(200);
    expect(me.body).toMatchObject({ name: 'admin', kind: 'installation', by: 'session' });
    expect(me.body).toMatchObject({ may: { admin: 'everywhere', view: 'everywhere' } });
  });

  test('over https gives the cookie to this host alone', async () => {
    const other = await api.startAnother({ BEANPOD_PUBLIC_URL: 'https://beanpod.example.com' });
    try {
      const answer = await fetch(`${other.url}/v1/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ token: ADMIN_TOKEN }),
      });
      const header = answer.headers.get('set-cookie') ?? '';

      expect(header).toMatch(/^__Host-beanpod_session=.*; SameSite=Strict; Secure$/);

      const [cookie = ''] = header.split(';');
      const me = (its: string) => fetch(`${other.url}/v1/session`, { headers: { cookie: its } });
      expect((await me(cookie)).status).toBe(200);
      // The plain name could have been set by any other host of the domain.
      expect((await me(cookie.replace('__Host-', ''))).status).toBe(401);
    } finally {
      await other.close();
    }
  });

  test.each([
    ['a wrong token', { token: 'bp_wrong' }, 401, 'token.invalid'],
    ['a name without a password', { name: 'ada' }, 422, 'request.invalid'],
    ['both', { token: ADMIN_TOKEN, name: 'ada', password: 'x' }, 422, 'request.invalid'],
    ['nothing', {}, 422, 'request.invalid'],
  ])('refuses %s', async (_, body, status, code) => {
    const answer = await api.call('').post('/v1/session').send(body);

    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  test('keeps neither the token nor the session in the store', async () => {
    const { cookie } = await signIn();
    const secret = cookie.split('=')[1] ?? '';

    const keys = await api.redis.client.keys(`{${api.redis.namespace}}:session:*`);
    const values = await Promise.all(keys.map((key) => api.redis.client.get(key)));

    expect(secret).toMatch(/^bs_/);
    expect(keys.length).toBeGreaterThan(0);
    expect(JSON.stringify([keys, values])).not.toContain(secret);
    expect(JSON.stringify([keys, values])).not.toContain(ADMIN_TOKEN);
  });
});

describe('a session', () => {
  test('changes something for pages of this address alone', async () => {
    const { cookie } = await signIn();
    const put = (headers: Readonly<Record<string, string>>) =>
      api
        .call('')
        .put('/v1/services/shop-api')
        .set({ cookie, ...headers })
        .send({});

    const statuses = {
      own: (await put(OWN_PAGE)).status,
      ownOrigin: (await put({ origin: api.url })).status,
      foreign: (await put({ 'sec-fetch-site': 'cross-site' })).status,
      sibling: (await put({ 'sec-fetch-site': 'same-site', origin: api.url })).status,
      foreignOrigin: (await put({ origin: 'https://evil.example' })).status,
      silent: (await put({})).status,
    };

    expect(statuses).toEqual({
      own: 201,
      ownOrigin: 200,
      foreign: 403,
      sibling: 403,
      foreignOrigin: 403,
      silent: 403,
    });
  });

  test('cannot be begun by a foreign page', async () => {
    const answer = await api
      .call('')
      .post('/v1/session')
      .set({ 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' })
      .send({ token: ADMIN_TOKEN });

    expect([answer.status, answer.body.code]).toEqual([403, 'session.foreign']);
  });

  test('may do what its token may', async () => {
    const { token } = await makeToken('view');
    const { cookie } = await signIn(token);
    const headers = { cookie, ...OWN_PAGE };

    expect((await api.call('').get('/v1/services').set(headers)).status).toBe(200);
    expect((await api.call('').put('/v1/services/x').set(headers).send({})).status).toBe(403);
  });

  test('ends when somebody signs out, in every process', async () => {
    const other = await api.startAnother();
    try {
      const { cookie } = await signIn();
      const ask = (url: string) =>
        fetch(`${url}/v1/session`, { headers: { cookie } }).then(({ status }) => status);
      expect([await ask(api.url), await ask(other.url)]).toEqual([200, 200]);

      const out = await api
        .call('')
        .delete('/v1/session')
        .set({ cookie, ...OWN_PAGE });

      expect(out.status).toBe(204);
      expect(out.headers['set-cookie']?.toString()).toContain('Max-Age=0');
      await expect.poll(() => ask(api.url)).toBe(401);
      await expect.poll(() => ask(other.url)).toBe(401);
    } finally {
      await other.close();
    }
  });

  test('ends with its token', async () => {
    const { id, token } = await makeToken('view');
    const { cookie } = await signIn(token);
    const ask = async () => (await api.call('').get('/v1/session').set({ cookie })).status;
    expect(await ask()).toBe(200);

    await api.call().delete(`/v1/tokens/${id}`);

    await expect.poll(ask).toBe(401);
  });

  test('gives way to a token that is sent with it', async () => {
    const { cookie } = await signIn();
    const { token } = await makeToken('view');

    const me = await api.call(token).get('/v1/session').set({ cookie });

    expect(me.body).toMatchObject({ name: 'a view', by: 'token', may: { deploy: 'nowhere' } });
  });
});

test('an unknown cookie is nobody', async () => {
  const answer = await api.call('').get('/v1/session').set({ cookie: 'beanpod_session=bs_x' });

  expect([answer.status, answer.body.code]).toEqual([401, 'token.invalid']);
});
