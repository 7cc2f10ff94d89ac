import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashOf, makeToken } from '../../../src/api/auth/access-token.js';
import { createTokens } from '../../../src/shared/store/tokens.js';
import { ARTIFACT, useApi } from '../../support/api.js';
import { openEventStream } from '../../support/event-stream.js';

const api = useApi();
let id = '';

beforeAll(async () => {
  await api.start();
  await api.configure();
  const request = { service: 'shop-api', environment: 'staging', version: '1', artifact: ARTIFACT };
  ({ id } = (await api.call().post('/v1/deployments').send(request)).body);
});
afterAll(() => api.stop());

const newToken = async (role = 'view') =>
  (await api.call().post('/v1/tokens').send({ name: 'to be revoked', role })).body;

/** A token that ends so many milliseconds from now. */
async function shortToken(forMs: number): Promise<string> {
  const { id: name, token } = makeToken();
  const times = {
    createdAt: new Date().toISOString(),
    expiresAt: new Date(Date.now() + forMs).toISOString(),
  };
  const about = { id: name, name: 'short', role: 'view', ...times };
  await createTokens(api.redis.client, api.redis.namespace).add(hashOf(token), about);
  return token;
}

const follow = (token: string, path = `/v1/deployments/${id}/logs`) =>
  openEventStream(`${api.url}${path}`, { authorization: `Bearer ${token}` });

/** Reads until the server ends the stream; a stream that is left open fails the test by its timeout. */
async function untilEnd(stream: Awaited<ReturnType<typeof follow>>): Promise<void> {
  while (await stream.next());
}

describe('an open stream', () => {
  test.each([['/v1/deployments/:id/logs'], ['/v1/deployments/:id/events'], ['/v1/events']])(
    '%s ends when its token is removed, and cannot be opened again',
    async (path) => {
      const { token, id: tokenId } = await newToken();
      const address = path.replace(':id', id);
      const stream = await follow(token, address);
      const other = await follow(api.token, address);
      expect(stream.answer.status).toBe(200);

      await api.call().delete(`/v1/tokens/${tokenId}`);

      await untilEnd(stream);
      expect((await follow(token, address)).answer.status).toBe(401);
      // The streams of others go on.
      await api.call().post(`/v1/deployments/${id}/cancel`).send({ reason: 'something to tell' });
      expect(await other.next()).toBeDefined();
      other.close();
    },
  );

  test('ends when its token does', async () => {
    const stream = await follow(await shortToken(4_000), '/v1/events');
    expect(stream.answer.status).toBe(200);

    await untilEnd(stream);
  });

  test('ends when what its caller may do has changed', async () => {
    const rules = [{ effect: 'allow', verbs: ['view'] }];
    await api.call().put('/v1/roles/reader').send({ rules });
    const { token } = await newToken('reader');
    const stream = await follow(token, '/v1/events');
    expect(stream.answer.status).toBe(200);

    await api
      .call()
      .put('/v1/roles/reader')
      .send({ rules: [...rules, { effect: 'deny', verbs: ['view'], service: 'shop-api' }] });

    await untilEnd(stream);
    const again = await follow(token, `/v1/deployments/${id}/logs`);
    expect(again.answer.status).toBe(403);
  });
});

test('an answer that is held back is refused when the token ends meanwhile', async () => {
  const held = await api
    .call()
    .post('/v1/deployments')
    .send({ service: 'shop-api', environment: 'staging', version: '2', artifact: ARTIFACT });
  const { token, id: tokenId } = await newToken();

  const waiting = api
    .call(token)
    .get(`/v1/deployments/${held.body.id}?wait=50`)
    .then((answer) => answer.status);
  // Once the token counts as used, its request has been let in and waits.
  const tokens = async () => (await api.call().get('/v1/tokens')).body.items;
  await expect
    .poll(async () => (await tokens()).find((each) => each.id === tokenId))
    .toHaveProperty('lastUsedAt');
  const removed = await api.call().delete(`/v1/tokens/${tokenId}`);

  expect([await waiting, removed.status]).toEqual([401, 204]);
});
