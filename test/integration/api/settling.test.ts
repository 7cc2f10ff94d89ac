import { afterAll, beforeAll, expect, test } from 'vitest';
import { failure } from '../../../src/shared/domain/failures.js';
import type { State } from '../../../src/shared/domain/state.js';
import { ARTIFACT, useApi } from '../../support/api.js';
import { createHandWorker } from '../../support/hand-worker.js';

const api = useApi();
let worker: ReturnType<typeof createHandWorker>;
beforeAll(async () => {
  await api.start();
  worker = createHandWorker(api.redis);
  await api.configure();
});
afterAll(() => api.stop());

async function deployed(state: State): Promise<string> {
  const wish = { service: 'shop-api', environment: 'staging', version: '118', artifact: ARTIFACT };
  const { body } = await api.call().post('/v1/deployments').send(wish);
  const { id } = body as { id: string };
  await worker.save(id, state);
  return id;
}

test('a deployment that only cleans up behind its version is too late to cancel, and says so', async () => {
  const id = await deployed({ name: 'verifying', stage: 'settle', wrote: true });
  const refused = await api.call().post(`/v1/deployments/${id}/cancel`).send({ reason: 'typo' });

  expect(refused.status).toBe(409);
  expect(refused.body).toMatchObject({
    code: 'deployment.proven',
    detail: expect.stringContaining('118 has given all its proofs') as string,
  });
  const { body } = await api.call().get(`/v1/deployments/${id}`);
  expect(body).toMatchObject({ state: 'verifying', stage: 'settle' });
  expect(body).not.toHaveProperty('cancel');
  const explained = await api.call().get(`/v1/deployments/${id}/explain`);
  expect(explained.body).toMatchObject({
    obstacles: [{ kind: 'step', text: 'Clean-up behind the new version, which is proven and stays' }],
  });
  await worker.succeed(id);
});

test('a success that left something behind shows what, and is a success all the same', async () => {
  const unsettled = failure('k8s.access-denied', 'may not delete ConfigMap shop/old');
  const id = await deployed({ name: 'succeeded', unsettled });
  const outcome = await api.call().get(`/v1/deployments/${id}/outcome`);

  expect(outcome.status).toBe(200);
  expect(outcome.body).toMatchObject({
    state: 'succeeded',
    unsettled: { code: 'k8s.access-denied', detail: 'may not delete ConfigMap shop/old' },
  });
  expect(outcome.body).not.toHaveProperty('failure');
});
