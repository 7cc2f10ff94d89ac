import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ARTIFACT, TARGET, useApi } from '../../support/api.js';

const api = useApi({ BEANPOD_LIMIT_GLOBAL: '3' });
beforeAll(() => api.start());
afterAll(() => api.stop());

async function deploy(service: string, environment: string, more: object = {}) {
  const answer = await api
    .call()
    .post('/v1/deployments')
    .send({ service, environment, version: '1', artifact: ARTIFACT, ...more });
  return { status: answer.status, body: answer.body as { id: string; state: string; errors?: unknown } };
}

async function explain(
  id: string,
): Promise<{ state: string; obstacles: { kind: string; text: string; until?: string }[] }> {
  return (await api.call().get(`/v1/deployments/${id}/explain`)).body as never;
}

describe('an explanation', () => {
  test('names who is before it, the limit that is reached, the hold and the call for a worker', async () => {
    await api.configure('a', 'one', TARGET);
    await api.configure('b', 'two', TARGET);
    await api.configure('c', 'two', TARGET);
    await api.call().put('/v1/environments/two').send({ concurrency: 1 });
    const first = await deploy('a', 'one');
    const second = await deploy('a', 'one');
    await deploy('b', 'two');
    const crowded = await deploy('c', 'two');
    const noon = new Date(Date.now() + 3_600_000).toISOString();
    const held = await deploy('a', 'one', { notBefore: noon });

    expect((await explain(first.body.id)).obstacles).toMatchObject([{ kind: 'worker' }]);
    expect((await explain(second.body.id)).obstacles).toMatchObject([
      { kind: 'deployment', deployment: first.body.id },
    ]);
    expect((await explain(crowded.body.id)).obstacles).toMatchObject([
      { kind: 'limit', text: 'At most 1 deployments run at once in environment:two' },
    ]);
    expect(held.body.state).toBe('held');
    expect((await explain(held.body.id)).obstacles[0]).toMatchObject({ kind: 'hold', until: noon });
  });

  test('is empty for what has ended, and 404 for what is unknown', async () => {
    await api.configure('d', 'one', TARGET);
    const { body } = await deploy('d', 'one');
    await api.call().post(`/v1/deployments/${body.id}/cancel`).send({});

    expect(await explain(body.id)).toEqual({ state: 'cancelled', obstacles: [] });
    expect((await api.call().get('/v1/deployments/01kaqv9zc3h8m2x6y7w4t5r0pn/explain')).status).toBe(404);
  });
});

describe('times of a request', () => {
  test('that leave no room are refused', async () => {
    await api.configure('e', 'one', TARGET);
    const past = new Date(Date.now() - 1_000).toISOString();
    const [soon, later] = [60_000, 120_000].map((ms) => new Date(Date.now() + ms).toISOString());

    expect(await deploy('e', 'one', { expiresAt: past })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/expiresAt' }] },
    });
    expect((await deploy('e', 'one', { notBefore: later, expiresAt: soon })).status).toBe(422);
    expect((await deploy('e', 'one', { notBefore: soon, expiresAt: later })).status).toBe(202);
  });
});
