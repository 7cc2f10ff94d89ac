import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { offlineTable } from '../../../scripts/docs/openapi-document.js';
import { hashOf, makeToken } from '../../../src/api/auth/access-token.js';
import { createTokens } from '../../../src/shared/store/tokens.js';
import { keysOf } from '../../../src/shared/store/keys.js';
import { ADMIN_TOKEN, ARTIFACT, useApi } from '../../support/api.js';

const api = useApi();
beforeAll(() => api.start());
afterAll(() => api.stop());

const make = async (role: string): Promise<{ id: string; token: string }> =>
  (
    await api
      .call()
      .post('/v1/tokens')
      .send({ name: `a ${role}`, role })
  ).body;

describe('without a token', () => {
  const closed = offlineTable().filter(({ access }) => access !== 'open');

  test.each(closed.map(({ method, path }) => ({ method, path })))(
    '$method $path answers 401',
    async ({ method, path }) => {
      const answer = await api.call('')[method](path.replaceAll(/:\w+/g, 'x'));

      expect([answer.status, answer.body.code]).toEqual([401, 'token.missing']);
      expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
    },
  );

  test.each([
    '/livez',
    '/readyz',
    '/openapi.json',
    '/docs',
    '/docs/problems',
    '/docs/problems/token.missing',
  ])('%s is open', async (path) => {
    expect((await api.call('').get(path)).status).toBe(200);
  });
});

describe('a token', () => {
  test('is shown once and stored as a hash alone', async () => {
    const made = await api
      .call()
      .post('/v1/tokens')
      .send({ name: 'jenkins', role: 'deploy', expiresInDays: 7 });
    const listed = await api.call().get('/v1/tokens');
    const stored = JSON.stringify(await api.redis.client.hgetall(keysOf(api.redis.namespace).tokens));

    expect(made.status).toBe(201);
    expect(made.body.token).toMatch(/^bp_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}$/);
    expect(Date.parse(made.body.expiresAt) - Date.parse(made.body.createdAt)).toBe(7 * 24 * 3_600_000);
    expect(listed.text).toContain(made.body.id);
    expect(listed.text).not.toContain(made.body.token);
    expect(stored).not.toContain(made.body.token.slice(16));
    expect(stored).toContain(hashOf(made.body.token));
  });

  test.each([
    ['view', [200, 403, 403, 403]],
    ['deploy', [200, 202, 403, 403]],
    ['edit', [200, 202, 200, 403]],
    ['admin', [200, 202, 200, 201]],
  ])('with the role %s may do exactly what that says', async (role, expected) => {
    await api.configure();
    const { token } = await make(role);
    const call = api.call(token);

    const statuses = [
      (await call.get('/v1/targets')).status,
      (
        await call
          .post('/v1/deployments')
          .send({ service: 'shop-api', environment: 'staging', version: '1', artifact: ARTIFACT })
      ).status,
      (await call.put('/v1/services/shop-api').send({})).status,
      (await call.post('/v1/tokens').send({ name: 'another', role: 'view' })).status,
    ];

    expect(statuses).toEqual(expected);
  });

  test('without the right is told which one is needed', async () => {
    const { token } = await make('view');

    const answer = await api.call(token).post('/v1/tokens').send({ name: 'another', role: 'view' });

    expect(answer.body.code).toBe('access.denied');
    expect(answer.body.detail).toContain('lacks the right admin');
    expect(answer.headers['www-authenticate']).toContain('insufficient_scope');
  });

  test('stops working when it is removed, in every process', async () => {
    const other = await api.startAnother();
    try {
      const { id, token } = await make('view');
      const headers = { authorization: `Bearer ${token}` };
      const ask = (url: string) => fetch(`${url}/v1/services`, { headers }).then(({ status }) => status);
      expect([await ask(api.url), await ask(other.url)]).toEqual([200, 200]);

      expect((await api.call().delete(`/v1/tokens/${id}`)).status).toBe(204);

      await expect.poll(() => ask(api.url), { timeout: 20_000 }).toBe(401);
      await expect.poll(() => ask(other.url), { timeout: 20_000 }).toBe(401);
      expect((await api.call().delete(`/v1/tokens/${id}`)).status).toBe(404);
    } finally {
      await other.close();
    }
  });

  test('that has ended is refused with the time of its end', async () => {
    const { id, token } = makeToken();
    const past = '2020-01-01T00:00:00.000Z';
    const tokens = createTokens(api.redis.client, api.redis.namespace);
    await tokens.add(hashOf(token), { id, name: 'old', role: 'admin', createdAt: past, expiresAt: past });

    const answer = await api.call(token).get('/v1/services');

    expect([answer.status, answer.body.code]).toEqual([401, 'token.invalid']);
    expect(answer.body.detail).toContain(past);
  });

  test('that ended a week ago leaves the list when the next one is made', async () => {
    const tokens = createTokens(api.redis.client, api.redis.namespace);
    const ended = async (name: string, days: number) => {
      const at = new Date(Date.now() - days * 24 * 3_600_000).toISOString();
      const { id, token } = makeToken();
      await tokens.add(hashOf(token), { id, name, role: 'view', createdAt: at, expiresAt: at });
      await tokens.used(id, Date.now());
      return id;
    };
    const [old, lately] = [await ended('old', 8), await ended('lately', 6)];

    await make('view');

    const listed = (await api.call().get('/v1/tokens')).body.items.map(({ id }) => id);
    expect(listed).toContain(lately);
    expect(listed).not.toContain(old);
    expect(Object.keys(await api.redis.client.hgetall(keysOf(api.redis.namespace).tokensUsed))).not.toContain(
      old,
    );
  });

  test.each([
    ['another scheme', `Basic ${ADMIN_TOKEN}`],
    ['a mistyped checksum', `Bearer ${makeToken().token.slice(0, -1)}!`],
    ['one that was never made', `Bearer ${makeToken().token}`],
    ['one letter more than the bootstrap token', `Bearer ${ADMIN_TOKEN}x`],
    ['nothing after the scheme', 'Bearer '],
  ])('is refused: %s', async (_, authorization) => {
    const answer = await api.call('').get('/v1/services').set('authorization', authorization);

    expect(answer.status).toBe(401);
  });

  test('in the query counts for nothing', async () => {
    const answer = await api.call('').get(`/v1/services?access_token=${ADMIN_TOKEN}`);

    expect(answer.status).toBe(401);
  });
});
