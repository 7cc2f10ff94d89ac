import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keysOf } from '../../../src/shared/store/keys.js';
import { useApi } from '../../support/api.js';
import type { Answer } from '../../support/caller.js';
import { PASSWORD, usePeople } from '../../support/people.js';

const api = useApi();
const { role, person, invite, choose, signIn, signedIn, bySession } = usePeople(api);

beforeAll(async () => {
  await api.start();
  await api.configure();
  await role('shop-staging', [
    { effect: 'allow', verbs: ['view', 'deploy'], service: 'shop-api', environment: 'staging' },
  ]);
});
afterAll(() => api.stop());

describe('an invitation', () => {
  test('lets a person choose a password once, and nobody has one before', async () => {
    await person('ada', { roles: ['shop-staging'] });
    expect((await signIn('ada')).status).toBe(401);
    const secret = await invite('ada');

    const first = await choose(secret);
    const again = await choose(secret, 'another password of hers');

    expect([first.status, again.status]).toEqual([204, 404]);
    const me = await signIn('ada');
    expect(me.body).toMatchObject({
      name: 'ada',
      kind: 'person',
      may: { deploy: 'somewhere', admin: 'nowhere' },
    });
  });

  test('refuses a short password and is good for another try', async () => {
    await person('bob', { roles: [] });
    const secret = await invite('bob');

    expect((await choose(secret, 'short')).status).toBe(422);
    expect((await choose(secret)).status).toBe(204);
  });

  test('ends the sessions of whoever knew the old password', async () => {
    const cookie = await signedIn('carol', { roles: ['view'] });

    await choose(await invite('carol'), 'a password that she alone knows');

    await expect.poll(async () => (await bySession(cookie).get('/v1/session')).status).toBe(401);
  });

  test('leaves neither a secret nor a password in the store', async () => {
    await person('dora', { roles: [] });
    const secret = await invite('dora');
    const kept = await dump();
    await choose(secret);

    expect(kept).not.toContain(secret);
    expect(await dump()).not.toContain(PASSWORD);
    expect(await api.redis.client.hget(keysOf(api.redis.namespace).directoryOf('password'), 'dora')).toMatch(
      /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/,
    );
  });
});

async function dump(): Promise<string> {
  const { client, namespace } = api.redis;
  const keys = await client.keys(`{${namespace}}:*`);
  const values = await Promise.all(
    keys.map(async (key) => ((await client.type(key)) === 'hash' ? client.hgetall(key) : client.dump(key))),
  );
  return JSON.stringify([keys, values]);
}

describe('guessing a password', () => {
  test('is slowed down, for names that nobody has alike', async () => {
    await signedIn('eve', { roles: [] });
    for (const name of ['eve', 'nobody']) {
      const codes = [];
      for (let tries = 0; tries < 7; tries += 1) codes.push((await signIn(name, 'guess')).body.code);

      expect(codes).toEqual([
        ...Array.from({ length: 5 }, () => 'session.refused'),
        'session.locked',
        'session.locked',
      ]);
    }
    const locked = await signIn('eve');
    expect(locked.status).toBe(429);
    expect(Number(locked.headers['retry-after'])).toBeGreaterThan(0);
    expect(locked.headers['set-cookie']).toBeUndefined();

    // The first lock is short; who waits it out with the right password is let in, and starts from nothing.
    await expect.poll(async () => (await signIn('eve')).status).toBe(201);
    expect((await signIn('eve', 'guess')).body.code).toBe('session.refused');
  });
});

describe('a person', () => {
  test('has the roles of their groups', async () => {
    await role('ops', [{ effect: 'allow', verbs: ['view', 'edit'] }], ['platform-team']);
    const cookie = await signedIn('finn', { roles: [], groups: ['platform-team'] });

    expect((await bySession(cookie).get('/v1/session')).body).toMatchObject({ may: { edit: 'everywhere' } });
  });

  test('sees lists with what they may view alone', async () => {
    await api.call().put('/v1/services/secret-service').send({});
    await api.call().put('/v1/environments/production').send({});
    const cookie = await signedIn('gil', { roles: ['shop-staging'] });
    const call = bySession(cookie);

    const [services, environments, targets] = await Promise.all(
      ['/v1/services', '/v1/environments', '/v1/targets'].map((path) => call.get(path)),
    );

    expect(services?.body.items.map(({ service }) => service)).toEqual(['shop-api']);
    expect(environments?.body.items.map(({ environment }) => environment)).toEqual(['staging']);
    expect(targets?.body.items).toHaveLength(1);
    expect((await call.get('/v1/services/secret-service')).status).toBe(403);
  });

  test.each([
    ['is disabled', () => person('hal', { roles: ['view'], disabled: true }), 401],
    ['is removed', () => api.call().delete('/v1/people/hal'), 401],
    ['loses the role', () => person('hal', { roles: [] }), 403],
  ])('may nothing any more as soon as the person %s, nor may their tokens', async (_, act, status) => {
    const cookie = await signedIn('hal', { roles: ['view'] });
    const made = await bySession(cookie).post('/v1/tokens', { name: 'of hal', role: 'admin' });
    expect(made.status, made.text).toBe(201);
    const ask = async () => [
      (await bySession(cookie).get('/v1/services')).status,
      (await api.call(made.body.token).get('/v1/services')).status,
    ];
    expect(await ask()).toEqual([200, 200]);

    await act();

    await expect.poll(ask).toEqual([status, status]);
  });
});

describe('a token of a person', () => {
  test('never allows more than they may, nor more than it says', async () => {
    const cookie = await signedIn('ida', { roles: ['shop-staging'] });
    const make = async (body: object) =>
      (await bySession(cookie).post('/v1/tokens', { name: 'hers', ...body })).body.token;
    const [wide, narrow] = [
      await make({ role: 'admin' }),
      await make({ rules: [{ effect: 'allow', verbs: ['view'] }] }),
    ];
    const may = async (token: string) => {
      const { body } = await api.call(token).get('/v1/session');
      const { view, deploy, admin } = (body as unknown as { may: Record<string, string> }).may;
      return { view, deploy, admin };
    };

    expect(await may(wide)).toEqual({ view: 'somewhere', deploy: 'somewhere', admin: 'nowhere' });
    expect(await may(narrow)).toEqual({ view: 'somewhere', deploy: 'nowhere', admin: 'nowhere' });
    // A leaked token must not make itself a longer life.
    expect((await api.call(wide).post('/v1/tokens').send({ name: 'more', role: 'view' })).status).toBe(403);
    expect((await api.call(narrow).post('/v1/tokens').send({ name: 'more', role: 'deploy' })).status).toBe(
      403,
    );
  });

  test('is seen and removed by its person and by administrators, and by nobody else', async () => {
    const [jan, kim] = [
      await signedIn('jan', { roles: ['view'] }),
      await signedIn('kim', { roles: ['view'] }),
    ];
    const { id } = (await bySession(jan).post('/v1/tokens', { name: 'of jan', role: 'view' })).body;
    const ids = async (call: (path: string) => PromiseLike<Answer>) =>
      (await call('/v1/tokens')).body.items.map((item) => item.id);

    expect(await ids(bySession(jan).get)).toEqual([id]);
    expect(await ids(bySession(kim).get)).toEqual([]);
    expect(await ids((path) => api.call().get(path))).toContain(id);
    expect((await bySession(kim).delete(`/v1/tokens/${id}`)).status).toBe(404);
    expect((await bySession(jan).delete(`/v1/tokens/${id}`)).status).toBe(204);
  });

  test('shows when it was used last', async () => {
    const { id, token } = (await api.call().post('/v1/tokens').send({ name: 'used', role: 'view' })).body;
    const used = async () =>
      (await api.call().get('/v1/tokens')).body.items.find((item) => item.id === id) as
        { lastUsedAt?: string } | undefined;
    expect(await used()).not.toHaveProperty('lastUsedAt');

    await api.call(token).get('/v1/services');

    await expect
      .poll(async () => Date.now() - Date.parse((await used())?.lastUsedAt ?? ''))
      .toBeLessThan(60_000);
  });
});

describe('somebody new of an old name', () => {
  test('does not bring tokens and sessions of the old one back to life', async () => {
    const cookie = await signedIn('pat', { roles: ['view'] });
    const { token } = (await bySession(cookie).post('/v1/tokens', { name: 'of pat', role: 'view' })).body;
    await api
      .call()
      .put('/v1/service-accounts/robot')
      .send({ roles: ['view'] });
    const robot = (await api.call().post('/v1/tokens').send({ name: 'r', role: 'view', account: 'robot' }))
      .body;
    const ask = async () => [
      (await bySession(cookie).get('/v1/services')).status,
      (await api.call(token).get('/v1/services')).status,
      (await api.call(robot.token).get('/v1/services')).status,
    ];
    expect(await ask()).toEqual([200, 200, 200]);

    await api.call().delete('/v1/people/pat');
    await api.call().delete('/v1/service-accounts/robot');
    await person('pat', { roles: ['view'] });
    await api
      .call()
      .put('/v1/service-accounts/robot')
      .send({ roles: ['view'] });

    await expect.poll(ask).toEqual([401, 401, 401]);
    expect((await signIn('pat')).status).toBe(401);
  });
});

describe('a service account', () => {
  test('calls with tokens that an administrator makes for it, until it is disabled', async () => {
    const settings = { roles: ['deploy'] };
    expect((await api.call().put('/v1/service-accounts/ci-bot').send(settings)).status).toBe(201);
    const { token } = (
      await api.call().post('/v1/tokens').send({ name: 'nightly', role: 'admin', account: 'ci-bot' })
    ).body;
    const ask = async () => [
      (await api.call(token).get('/v1/services')).status,
      (await api.call(token).put('/v1/services/x').send({})).status,
    ];
    expect(await ask()).toEqual([200, 403]);

    await api
      .call()
      .put('/v1/service-accounts/ci-bot')
      .send({ ...settings, disabled: true });

    await expect.poll(ask).toEqual([401, 401]);
  });
});
