import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TARGET, useApi } from '../../support/api.js';

const api = useApi({ BEANPOD_ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}` });
beforeAll(async () => {
  await api.start();
  await api.configure();
});
afterAll(() => api.stop());

const BLOCKER = { rule: { type: 'unconditional' }, reason: 'Inventory' };
const HOOK = { sender: 'github', secrets: ['a-secret-of-sixteen-characters'] };

const SUBSCRIPTION = { channel: { type: 'email', to: ['ops@example.com'] } };
const TRUST = { issuer: 'https://ci.example.com', claims: { repository_id: '7' }, roles: ['edit'] };

/** Everything that is configured by name, with two states of it. */
const THINGS = [
  ['/v1/services/billing', {}, { description: 'Bills' }],
  ['/v1/environments/production', {}, { description: 'For customers' }],
  ['/v1/targets/shop-api/staging', TARGET, { ...TARGET, account: 'aws-staging' }],
  ['/v1/blockers/inventory', BLOCKER, { ...BLOCKER, reason: 'Inventory at last' }],
  ['/v1/hooks/github', HOOK, { ...HOOK, service: 'shop-api' }],
  ['/v1/subscriptions/team-chat', SUBSCRIPTION, { ...SUBSCRIPTION, services: ['shop-api'] }],
  ['/v1/people/ada@example.com', { roles: ['edit'] }, { roles: ['view'] }],
  ['/v1/service-accounts/ci-bot', { roles: ['edit'] }, { roles: ['view'] }],
  ['/v1/trusts/pipeline', TRUST, { ...TRUST, roles: ['view'] }],
  ['/v1/roles/release-managers', { rules: [] }, { rules: [{ effect: 'allow', verbs: ['deploy'] }] }],
] as const;

describe.each(THINGS)('%s', (path, first, second) => {
  test('is changed only while it is what the caller has read', async () => {
    await api.call().put(path).send(first);
    const read = await api.call().get(path);
    const etag = read.headers['etag'] ?? '';
    expect(etag).toMatch(/^"[0-9a-f]{40}"$/);

    const changed = await api.call().put(path).set('if-match', etag).send(second);
    const late = await api.call().put(path).set('if-match', etag).send(first);

    expect(changed.status, changed.text).toBe(200);
    expect(changed.headers['etag']).not.toBe(etag);
    expect([late.status, late.body.code]).toEqual([412, 'configuration.changed']);
    expect(late.headers['etag']).toBe(changed.headers['etag']);
    const now = await api.call().get(path);
    expect(now.body).toEqual(changed.body);
    expect(now.headers['etag']).toBe(changed.headers['etag']);
  });

  test('is one of several ETags, and anything for *, and nothing for a weak or foreign one', async () => {
    await api.call().put(path).send(first);
    const etag = (await api.call().get(path)).headers['etag'] ?? '';
    const put = async (match: string) =>
      (await api.call().put(path).set('if-match', match).send(first)).status;

    expect(await put(`"other", ${etag}`)).toBe(200);
    expect(await put('*')).toBe(200);
    expect(await put(`W/${etag}`)).toBe(412);
    expect(await put('"other"')).toBe(412);
    expect(await put(etag.slice(1, -1))).toBe(412);
  });

  test('is removed only while it is what the caller has read, and made only while there is nothing', async () => {
    await api.call().put(path).send(second);
    const etag = (await api.call().get(path)).headers['etag'] ?? '';
    await api.call().put(path).send(first);

    const kept = await api.call().delete(path).set('if-match', etag);
    const exists = await api.call().put(path).set('if-none-match', '*').send(second);

    expect([kept.status, kept.body.code]).toEqual([412, 'configuration.changed']);
    expect([exists.status, exists.body.code]).toEqual([412, 'configuration.changed']);
    const current = (await api.call().get(path)).headers['etag'] ?? '';
    expect((await api.call().delete(path).set('if-match', current)).status).toBe(204);
    const gone = await api.call().put(path).set('if-match', current).send(first);
    expect(gone.status).toBe(412);
    expect(gone.headers['etag']).toBeUndefined();
    expect((await api.call().put(path).set('if-none-match', '*').send(first)).status).toBe(201);
  });

  test('is changed without a condition, too', async () => {
    expect((await api.call().put(path).send(second)).status).toBe(200);
    expect((await api.call().put(path).send(first)).status).toBe(200);
  });
});

test('of two callers who read the same, one alone changes it', async () => {
  const path = '/v1/services/contested';
  await api.call().put(path).send({});
  const etag = (await api.call().get(path)).headers['etag'] ?? '';

  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      api
        .call()
        .put(path)
        .set('if-match', etag)
        .send({ description: `number ${index}` }),
    ),
  );

  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(1);
  expect(statuses.filter((status) => status === 412)).toHaveLength(19);
});
