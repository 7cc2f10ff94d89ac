import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { addressOf } from '../../../src/api/rate-limit.js';
import { startApi } from '../../../src/api/main.js';
import { loadConfig } from '../../../src/shared/config/load.js';
import { createLogger } from '../../../src/shared/log/logger.js';
import { ADMIN_TOKEN, useApi } from '../../support/api.js';
import { callerOf, type Answer } from '../../support/caller.js';
import { startRedisNode } from '../../support/redis-node.js';

const LIMITS = { BEANPOD_RATE_CALLER: '5', BEANPOD_RATE_ADDRESS: '4', BEANPOD_RATE_HOOKS: '3' };
const api = useApi({ ...LIMITS, BEANPOD_PROXIES: '1' });
const others: { close(): Promise<void> }[] = [];

beforeAll(() => api.start());
afterEach(() => Promise.all(others.splice(0).map((other) => other.close())));
afterAll(() => api.stop());

/** Windows follow the clock: whoever counts to a limit must not start at the end of one. */
async function early(): Promise<void> {
  const left = 60_000 - (Date.now() % 60_000);
  if (left < 20_000) await new Promise((resolve) => setTimeout(resolve, left + 100));
}

async function inTurn(times: number, ask: () => PromiseLike<Answer>): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (let index = 0; index < times; index += 1) answers.push(await ask());
  return answers;
}

const from = () => ({ 'x-forwarded-for': randomUUID() });

describe('requests of one token', () => {
  test('are told what is left, and are refused beyond the limit until the window ends', async () => {
    await early();

    const answers = await inTurn(6, () => api.call().get('/v1/services'));

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429]);
    expect(answers[0]?.headers['ratelimit-policy']).toBe('"caller";q=5;w=60');
    expect(answers[0]?.headers['ratelimit']).toMatch(/^"caller";r=4;t=\d+$/);
    expect(answers[4]?.headers['ratelimit']).toMatch(/^"caller";r=0;t=\d+$/);
    const refused = answers[5];
    expect(refused?.body.code).toBe('request.too-many');
    expect(refused?.headers['ratelimit']).toMatch(/^"caller";r=0;t=\d+$/);
    expect(Number(refused?.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(refused?.headers['retry-after'])).toBeLessThanOrEqual(60);
  }, 120_000);

  test('change nothing when they are refused, and hold up nobody else', async () => {
    await early();
    const made = { name: 'other', role: 'admin' };
    const other = await api.startAnother({ BEANPOD_RATE_CALLER: '0' });
    others.push(other);
    const admin = callerOf(other.url, ADMIN_TOKEN);
    const { token } = (await admin.post('/v1/tokens').send(made)).body;
    await inTurn(6, () => api.call().get('/v1/services'));

    const refused = await api.call().put('/v1/services/never').send({});

    expect(refused.status).toBe(429);
    expect((await admin.get('/v1/services/never')).status).toBe(404);
    expect((await api.call(token).get('/v1/services')).status).toBe(200);
  }, 120_000);

  test('count in all processes together', async () => {
    await early();
    const other = await api.startAnother();
    others.push(other);
    const { id, token } = (
      await callerOf(api.url, await adminsToken())
        .post('/v1/tokens')
        .send({ name: 'both', role: 'view' })
    ).body;
    await inTurn(5, () => callerOf(other.url, token).get('/v1/services'));

    // A process hears of the others when it tells what it has counted itself.
    for (const total of [6, 7]) {
      await api.call(token).get('/v1/services');
      await expect.poll(() => countedIn(`caller:${id}`)).toBe(total);
    }

    expect((await api.call(token).get('/v1/services')).status).toBe(429);
  }, 120_000);
});

/** What all processes together have counted in this window. */
async function countedIn(key: string): Promise<number> {
  const window = Math.floor(Date.now() / 60_000);
  return Number(await api.redis.client.hget(`{${api.redis.namespace}}:rates:${window}`, key));
}

/** A fresh token with the role admin, made where nobody counts. */
async function adminsToken(): Promise<string> {
  const free = await api.startAnother({ BEANPOD_RATE_CALLER: '0' });
  others.push(free);
  const made = await callerOf(free.url, ADMIN_TOKEN)
    .post('/v1/tokens')
    .send({ name: 'fresh', role: 'admin' });
  return made.body.token;
}

describe('requests of somebody unknown', () => {
  test('are refused by address, and others with a token at the same address are not', async () => {
    await early();
    const here = from();

    const answers = await inTurn(5, () => api.call('').get('/v1/services').set(here));

    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 429]);
    expect(answers[4]?.body.code).toBe('request.too-many');
    expect((await api.call('').get('/v1/services').set(from())).status).toBe(401);
    expect(
      (
        await api
          .call(await adminsToken())
          .get('/v1/services')
          .set(here)
      ).status,
    ).toBe(200);
  }, 120_000);

  test('are counted at open addresses too, sign-in among them, but not at those for probes', async () => {
    await early();
    const here = from();

    const answers = await inTurn(5, () => api.call('').get('/v1/session/ways').set(here));

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 429]);
    const signIn = await api.call('').post('/v1/session').set(here).send({ token: 'bp_nothing' });
    expect(signIn.status).toBe(429);
    const probes = await inTurn(8, () => api.call('').get('/livez').set(here));
    expect(probes.every(({ status }) => status === 200)).toBe(true);
  }, 120_000);

  test('have a limit of their own at hooks', async () => {
    await early();
    const here = from();
    const deliver = () =>
      api.call('').post('/v1/hooks/shop').set(here).set('content-type', 'application/json').send('{}');

    const answers = await inTurn(4, deliver);

    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 429]);
    expect(answers[3]?.headers['ratelimit-policy']).toBe('"hook";q=3;w=60');
    expect((await api.call('').get('/v1/session/ways').set(here)).status).toBe(200);
  }, 120_000);
});

test('while Redis is away, a process keeps the limit by itself', async () => {
  await early();
  const redis = await startRedisNode();
  const config = loadConfig({
    REDIS_URL: redis.url,
    BEANPOD_HOST: '127.0.0.1',
    BEANPOD_PORT: '0',
    BEANPOD_REDIS_CHECK: 'off',
    BEANPOD_BLOBS: api.folder,
    ...LIMITS,
  });
  const alone = await startApi(config, createLogger('silent'));
  await redis.close();

  const answers = await inTurn(5, () => callerOf(alone.url, '').get('/v1/session/ways'));

  await alone.close();
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 429]);
}, 120_000);

describe('where a request comes from', () => {
  test.each([
    ['10.0.0.1', undefined, 0, '10.0.0.1'],
    ['::ffff:10.0.0.1', undefined, 0, '10.0.0.1'],
    ['10.0.0.1', '1.2.3.4', 0, '10.0.0.1'],
    ['10.0.0.1', '1.2.3.4', 1, '1.2.3.4'],
    ['10.0.0.1', '6.6.6.6, 1.2.3.4', 1, '1.2.3.4'],
    ['10.0.0.1', '6.6.6.6, 1.2.3.4, 10.0.0.2', 2, '1.2.3.4'],
    ['10.0.0.1', undefined, 2, '10.0.0.1'],
    ['2001:db8::1', undefined, 0, '2001:db8:0:0::/64'],
    ['2001:db8:1:2:3:4:5:6', undefined, 0, '2001:db8:1:2::/64'],
    ['fe80::1%eth0', undefined, 0, 'fe80:0:0:0::/64'],
    [undefined, undefined, 0, 'unknown'],
  ])('peer %s with X-Forwarded-For %s behind %i proxies is %s', (peer, header, proxies, expected) => {
    expect(addressOf(peer, header, proxies)).toBe(expected);
  });
});
