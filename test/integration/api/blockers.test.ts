import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ARTIFACT, useApi } from '../../support/api.js';

const api = useApi();
beforeAll(async () => {
  await api.start();
  await api.configure();
});
afterAll(() => api.stop());
afterEach(async () => {
  const { items } = (await api.call().get('/v1/blockers')).body as unknown as {
    items: { blocker: string }[];
  };
  for (const { blocker } of items) await api.call().delete(`/v1/blockers/${blocker}`);
});

interface View {
  readonly id: string;
  readonly state: string;
  readonly code?: string;
  readonly held?: readonly { kind: string; text: string; until?: string; blocker?: string }[];
  readonly errors?: readonly { pointer: string }[];
  readonly approvals?: readonly { by: string }[];
}

async function deploy(more: object = {}) {
  const answer = await api
    .call()
    .post('/v1/deployments')
    .send({ service: 'shop-api', environment: 'staging', version: '1', artifact: ARTIFACT, ...more });
  return { status: answer.status, body: answer.body as View };
}

async function read(id: string): Promise<View> {
  return (await api.call().get(`/v1/deployments/${id}`)).body as View;
}

async function tokenOf(name: string, role: string): Promise<string> {
  const made = await api.call().post('/v1/tokens').send({ name, role });
  return (made.body as { token: string }).token;
}

const freeze = (more: object = {}) =>
  api
    .call()
    .put('/v1/blockers/freeze')
    .send({ rule: { type: 'unconditional' }, reason: 'inventory', ...more });

const clearOf = (id: string) => expect.poll(async () => (await read(id)).state).toBe('queued');

test('what is held keeps its target, which cannot be removed under it', async () => {
  await freeze();
  const { body } = await deploy();

  const removed = await api.call().delete('/v1/targets/shop-api/staging');
  expect(removed).toMatchObject({ status: 409, body: { code: 'configuration.used' } });
  expect(removed.body.detail).toContain(body.id);
  await api.call().post(`/v1/deployments/${body.id}/cancel`).send({});
});

describe('a blocker', () => {
  test('holds a deployment, says why, and lets it go when it is removed', async () => {
    await freeze();
    const { status, body } = await deploy();

    expect(status).toBe(202);
    expect(body).toMatchObject({
      state: 'held',
      held: [{ kind: 'blocker', blocker: 'freeze', text: 'freeze: deployments are stopped (inventory)' }],
    });
    await api.call().delete('/v1/blockers/freeze');
    await clearOf(body.id);
  });

  test('lets go by itself when it expires', async () => {
    await freeze({ expiresAt: new Date(Date.now() + 5_000).toISOString() });
    const { body } = await deploy();

    expect(body.held?.[0]?.until).toBeDefined();
    await clearOf(body.id);
  });

  test('that comes later holds what was held for another reason', async () => {
    await freeze();
    const { body } = await deploy();
    await api
      .call()
      .put('/v1/blockers/second')
      .send({ rule: { type: 'unconditional' } });
    await api.call().delete('/v1/blockers/freeze');

    await expect
      .poll(async () => (await read(body.id)).held?.map(({ blocker }) => blocker))
      .toEqual(['second']);
    await api.call().delete('/v1/blockers/second');
    await clearOf(body.id);
  });

  test('refuses when it says so, or the request does', async () => {
    await freeze({ mode: 'reject' });
    expect(await deploy()).toMatchObject({ status: 409, body: { code: 'target.blocked' } });
    await freeze({ mode: 'hold' });
    expect(await deploy({ onBlocked: 'reject' })).toMatchObject({
      status: 409,
      body: { code: 'target.blocked' },
    });
  });

  test('is set aside by whoever has the right to, with a reason, and by nobody else', async () => {
    await freeze({ mode: 'reject' });
    const override = { blockers: ['freeze'], reason: 'customers cannot pay' };
    const ci = await tokenOf('ci', 'deploy');
    const refused = await api
      .call(ci)
      .post('/v1/deployments')
      .send({ service: 'shop-api', environment: 'staging', version: '1', artifact: ARTIFACT, override });

    expect(refused.status).toBe(403);
    expect((await deploy({ override })).body).toMatchObject({ state: 'queued', override });
    expect(await deploy({ override: { blockers: ['thaw'], reason: 'x' } })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/override/blockers/0' }] },
    });
  });

  test('is about what its scope says', async () => {
    await freeze({ scope: { tier: 'production' } });
    expect((await deploy()).body.state).toBe('queued');
    await api.call().put('/v1/environments/staging').send({ tier: 'production' });
    expect((await deploy()).body.state).toBe('held');
    await api.call().put('/v1/environments/staging').send({});
  });

  test('by branch and by commit status looks at the registered version', async () => {
    const versions = '/v1/services/shop-api/versions';
    await api
      .call()
      .post(versions)
      .send({ version: 'm1', artifact: ARTIFACT, branch: 'main', commitStatus: 'success' });
    await api
      .call()
      .post(versions)
      .send({ version: 'f1', artifact: ARTIFACT, branch: 'feature', commitStatus: 'failure' });
    await freeze({ mode: 'reject', rule: { type: 'branch', branches: ['main'] } });
    expect((await deploy({ version: 'm1' })).status).toBe(202);
    expect((await deploy({ version: 'f1' })).status).toBe(409);
    await freeze({ mode: 'reject', rule: { type: 'commit-status' } });
    expect((await deploy({ version: 'm1' })).status).toBe(202);
    expect((await deploy({ version: 'f1' })).status).toBe(409);
  });

  test('of one region at a time looks at what is under way', async () => {
    await api.configure('twin', 'eu');
    await api.configure('twin', 'us');
    for (const name of ['eu', 'us']) await api.call().put(`/v1/environments/${name}`).send({ tier: 'live' });
    await freeze({ rule: { type: 'single-region' }, scope: { tier: 'live' } });
    const first = await deploy({ service: 'twin', environment: 'eu' });
    const second = await deploy({ service: 'twin', environment: 'us' });

    expect([first.body.state, second.body.state]).toEqual(['queued', 'held']);
    await api.call().post(`/v1/deployments/${first.body.id}/cancel`).send({});
    await clearOf(second.body.id);
  });

  test('that cannot be judged is refused with every violation', async () => {
    const refused = await freeze({
      rule: { type: 'window', windows: [{ zone: 'Europe/Warschau', from: '10:00', to: '10:00' }] },
    });
    const shapeless = await freeze({ rule: { type: 'branch', branches: [] } });

    expect(refused.body).toMatchObject({
      status: 422,
      errors: [{ pointer: '/rule/windows/0/zone' }, { pointer: '/rule/windows/0/to' }],
    });
    expect(shapeless.body).toMatchObject({ status: 422, errors: [{ pointer: '/rule/branches' }] });
  });

  test('shows its hours ahead and answers what would be', async () => {
    await freeze({ rule: { type: 'window', windows: [{ zone: 'UTC', days: [6, 7] }] } });
    const { body } = await api.call().get('/v1/targets/shop-api/staging/windows?days=7');
    const check = (at: string) =>
      api.call().post('/v1/blockers/check').send({ service: 'shop-api', environment: 'staging', at });

    expect((body as unknown as { closed: unknown[] }).closed.length).toBeGreaterThan(0);
    expect((await check('2026-11-28T12:00:00Z')).body).toMatchObject({
      blocked: true,
      by: [{ blocker: 'freeze' }],
    });
    expect((await check('2026-11-30T12:00:00Z')).body).toEqual({ blocked: false, by: [] });
  });

  test('cannot be narrowed by somebody who may not edit all of it', async () => {
    await freeze();
    await api
      .call()
      .put('/v1/roles/shop-editor')
      .send({
        rules: [{ effect: 'allow', verbs: ['view', 'edit'], service: 'shop-api' }],
      });
    const editor = await tokenOf('ed', 'shop-editor');
    const narrowed = await api
      .call(editor)
      .put('/v1/blockers/freeze')
      .send({ rule: { type: 'unconditional' }, scope: { services: ['shop-api'] } });

    expect(narrowed.status).toBe(403);
    expect((await deploy()).body.state).toBe('held');
  });
});

describe('an environment that needs approvals', () => {
  test('holds until enough other people have approved', async () => {
    await api
      .call()
      .put('/v1/environments/staging')
      .send({ approvals: { count: 2 } });
    const { body } = await deploy();
    const [eve, bob] = [await tokenOf('eve', 'admin'), await tokenOf('bob', 'admin')];
    const approve = (token?: string) =>
      api.call(token).post(`/v1/deployments/${body.id}/approve`).send({ reason: 'tried it' });

    expect(body).toMatchObject({
      state: 'held',
      held: [{ kind: 'approval', text: 'needs 2 approvals, has 0' }],
    });
    expect((await approve()).status).toBe(200);
    expect((await approve(eve)).body).toMatchObject({ approvals: [{ by: 'admin' }, { by: 'eve' }] });
    await expect
      .poll(async () => (await read(body.id)).held?.[0]?.text)
      .toBe('needs 2 approvals, has 1, and 1 that do not count');
    await approve(bob);
    await clearOf(body.id);
    expect((await approve(bob)).body).toMatchObject({ code: 'deployment.not-held' });
    await api.call().put('/v1/environments/staging').send({});
  });
});
