import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDeployments } from '../../../src/shared/store/deployments.js';
import type { OperationView } from '../../../src/shared/contract/live-operation.js';
import { textWith } from '../../support/caller.js';
import { openEventStream } from '../../support/event-stream.js';
import { startLiveCluster, type LiveCluster } from '../../support/live-cluster.js';
import { useOperations } from '../../support/live-operations.js';

const BUDGETS = '/apis/policy/v1/namespaces/shop/poddisruptionbudgets';
let world: LiveCluster;
/** A version that was rolled back is not deployed again. */
let version = 0;
const { act, list, newest, cancel } = useOperations(() => world);
beforeAll(async () => {
  // An eviction may wait for two minutes: long enough to be seen, and not cut short by the clock of the test.
  world = await startLiveCluster({}, { BEANPOD_TEMPO: '0.5' });
  await world.startWorker();
  await world.run('shop-api', { replicas: 2 });
});
afterAll(async () => {
  const { client, namespace } = world.api.redis;
  const audit = await createDeployments(client, namespace, { perTarget: 1, live: 1 }).audit();
  await world.close();
  expect(audit).toEqual([]);
});

/** A deployment that stays at work until it is cancelled. */
async function deploySlowly(): Promise<string> {
  const manifests = JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'slow' },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: 'slow' } },
      template: {
        metadata: {
          labels: { app: 'slow' },
          annotations: { 'sim.beanpod.dev/behaviour': 'slow ready=6000s' },
        },
        spec: { containers: [{ name: 'app', image: 'app:ok-1' }] },
      },
    },
  });
  const artifact = { type: 'manifests', manifests };
  version += 1;
  const request = { service: 'shop-api', environment: 'staging', version: String(version), artifact };
  const accepted = await world.api.call().post('/v1/deployments').send(request);
  expect(accepted.status, accepted.text).toBe(202);
  return accepted.body.id;
}

const stateOf = async (id: string) => (await world.api.call().get(`/v1/deployments/${id}`)).body.state;

async function atWork(id: string): Promise<void> {
  await expect.poll(() => stateOf(id), { timeout: 20_000 }).toMatch(/deploying|verifying/);
}

async function stop(id: string): Promise<void> {
  await world.api.call().post(`/v1/deployments/${id}/cancel`).send({});
  await expect.poll(() => stateOf(id), { timeout: 20_000 }).toMatch(/rolled_back|cancelled/);
}

test('waits for the deployment at work, and is done when that has ended', async () => {
  const id = await deploySlowly();
  await atWork(id);
  const headers = { authorization: `Bearer ${world.api.token}` };
  const stream = await openEventStream(`${world.api.url}/v1/events`, headers);
  await stream.until('reset');
  const answer = act('scale', { replicas: 3, workload: 'Deployment/shop-api' });
  const waiting = await newest({ state: 'queued', because: `Deployment ${id} is at work on the target` });
  await stop(id);

  expect(await answer).toMatchObject({ id: waiting.id, status: 200, state: 'succeeded' });
  const told: OperationView[] = [];
  while (told.at(-1)?.state !== 'succeeded')
    told.push((await stream.until('operation')).at(-1)?.data as never);
  stream.close();
  expect(told[0]).toMatchObject({ id: waiting.id, state: 'queued', person: 'admin', reason: 'It hangs' });
});

test('goes before a deployment that has not begun, which begins when it has ended', async () => {
  const [pod] = await world.pods(3);
  const selector = { matchLabels: { app: 'shop-api' } };
  await world.client.post(BUDGETS, { metadata: { name: 'all' }, spec: { minAvailable: '100%', selector } });
  const answer = act('evict', { pod: { name: pod?.name, uid: pod?.uid } });
  await newest({ state: 'running', because: textWith('budget all') as string });
  const id = await deploySlowly();
  const before = await stateOf(id);
  const why = await world.api.call().get(`/v1/deployments/${id}/explain`);
  await world.client.call('DELETE', `${BUDGETS}/all`);
  const evicted = await answer;
  await atWork(id);
  await stop(id);

  expect(before).toBe('queued');
  expect(why.text).toContain(`Operation ${evicted.id} goes before it`);
  expect(why.text).not.toContain('worker');
  expect(evicted).toMatchObject({ status: 200, state: 'succeeded' });
});

test('expires when it cannot begin in time, and is never begun', async () => {
  const id = await deploySlowly();
  await atWork(id);
  const expired = await act('restart', { expiresInSeconds: 1 });
  await stop(id);

  expect(expired).toMatchObject({
    status: 409,
    code: 'operation.undone',
    operation: { state: 'expired', failure: { code: 'operation.expired' } },
  });
  expect(expired.operation?.startedAt).toBeUndefined();
  expect((await list())[0]).toMatchObject({ id: expired.operation?.id, state: 'expired' });
});

test('is cancelled while it waits, and not any more afterwards', async () => {
  const id = await deploySlowly();
  await atWork(id);
  const answer = act('restart');
  const { id: operation } = await newest({ state: 'queued' });
  const cancelled = await cancel(operation);
  const refused = await answer;
  const again = await cancel(operation);
  const unknown = await cancel('01kaqv9zc3h8m2x6y7w4t5r0pn');
  await stop(id);

  expect(cancelled).toMatchObject({
    status: 200,
    state: 'cancelled',
    failure: { detail: textWith('admin cancelled it') },
  });
  expect(refused).toMatchObject({ status: 409, code: 'operation.undone' });
  expect(again).toMatchObject({ status: 409, code: 'operation.begun' });
  expect(unknown).toMatchObject({ status: 404, code: 'operation.unknown' });
});

test('answers the same operation for the same key, and refuses the key for another wish', async () => {
  const first = await act('scale', { replicas: 2, workload: 'Deployment/shop-api' }, undefined, 'key-1');
  const again = await act('scale', { replicas: 2, workload: 'Deployment/shop-api' }, undefined, 'key-1');
  const other = await act('scale', { replicas: 4, workload: 'Deployment/shop-api' }, undefined, 'key-1');

  expect(first).toMatchObject({ status: 200, done: ['Deployment shop-api has 2 pods instead of 3'] });
  expect(again).toMatchObject({ status: 200, id: first.id });
  expect(again.headers['idempotency-replayed']).toBe('true');
  expect(other).toMatchObject({ status: 422, code: 'idempotency.conflict' });
});

test.each([
  ['the token was removed', (id: string) => world.api.call().delete(`/v1/tokens/${id}`), 'was removed'],
  [
    'its role lost the right',
    () =>
      world.api
        .call()
        .put('/v1/roles/restarter')
        .send({ rules: [{ effect: 'allow', verbs: ['view'] }] }),
    'lacks the right restart',
  ],
])('is refused at its begin when %s meanwhile', async (_, take, why) => {
  const rules = [{ effect: 'allow', verbs: ['view', 'restart'] }];
  await world.api.call().put('/v1/roles/restarter').send({ rules });
  const made = await world.api.call().post('/v1/tokens').send({ name: 'ci', role: 'restarter' });
  const id = await deploySlowly();
  await atWork(id);
  const answer = act('restart', {}, made.body.token);
  await newest({ state: 'queued', person: 'ci' });
  await take(made.body.id);
  await stop(id);
  // The caller may not hear the end of it any more.
  await answer.catch(() => undefined);

  expect(await newest({ state: 'failed', person: 'ci' })).toMatchObject({
    failure: { code: 'operation.denied', detail: textWith(why) },
  });
});

test('refuses more than a few that wait', async () => {
  const id = await deploySlowly();
  await atWork(id);
  const answers = Array.from({ length: 21 }, () => act('restart', { expiresInSeconds: 600 }));
  const first = await Promise.race(answers);
  const waiting = (await list()).filter(({ state }) => state === 'queued');
  for (const { id: each } of waiting) await cancel(each);
  await stop(id);
  await Promise.all(answers);

  expect(first).toMatchObject({ status: 409, code: 'target.full' });
  expect(waiting).toHaveLength(20);
});

test('is not done to a target that was removed meanwhile', async () => {
  const [pod] = await world.pods(2);
  const selector = { matchLabels: { app: 'shop-api' } };
  await world.client.post(BUDGETS, { metadata: { name: 'all' }, spec: { minAvailable: '100%', selector } });
  const answer = act('evict', { pod: { name: pod?.name, uid: pod?.uid } });
  await newest({ state: 'running', because: textWith('budget all') as string });
  const removed = await world.api.call().delete('/v1/targets/shop-api/staging');

  expect(removed.status, removed.text).toBe(204);
  expect(await answer).toMatchObject({ status: 422, failure: { code: 'operation.target-gone' } });
});
