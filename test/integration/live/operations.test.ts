import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OperationDone, OperationView } from '../../../src/shared/contract/live-operation.js';
import { textWith } from '../../support/caller.js';
import { LIVE, startLiveCluster, type LiveCluster } from '../../support/live-cluster.js';

const DEPLOYMENT = '/apis/apps/v1/namespaces/shop/deployments/shop-api';
let world: LiveCluster;
beforeAll(async () => {
  world = await startLiveCluster();
  await world.startWorker();
  await world.run('shop-api', { replicas: 2 });
});
afterAll(() => world.close());

async function act(what: string, body: object, live = LIVE) {
  const { status, text } = await world.api
    .call()
    .post(`${live}/${what}`)
    .send({ reason: 'It hangs', ...body });
  return { status, ...(JSON.parse(text) as Partial<OperationDone> & { code?: string; detail?: string }) };
}

async function operations(): Promise<readonly OperationView[]> {
  const { text } = await world.api.call().get(`${LIVE}/operations`);
  return (JSON.parse(text) as { operations: OperationView[] }).operations;
}

async function deployed(): Promise<{ spec: { replicas: number }; metadata: { generation: number } }> {
  return (await world.client.get(DEPLOYMENT)).body as never;
}

test('restarts one pod, which comes back as another one, and writes it down with the reason', async () => {
  const [pod] = await world.pods(2);
  const wish = { pod: { name: pod?.name, uid: pod?.uid } };
  const preview = await act('restart', { ...wish, dryRun: true });
  const done = await act('restart', wish);

  expect(preview).toMatchObject({
    status: 200,
    dryRun: true,
    done: [textWith('would be deleted')],
  });
  expect(done).toMatchObject({ status: 200, dryRun: false });
  await expect.poll(async () => (await world.pods(2)).map(({ uid }) => uid)).not.toContain(pod?.uid);
  expect((await operations())[0]).toMatchObject({
    id: done.operation,
    kind: 'restart-pod',
    person: 'admin',
    reason: 'It hangs',
    endedAt: expect.any(String) as unknown,
    done: done.done,
  });
  expect((await world.api.call().get('/v1/audit?limit=50')).text).toContain('(It hangs)');
});

test('leaves a pod alone that has taken the place of the one that was meant', async () => {
  const [pod] = await world.pods(2);
  const answer = await act('restart', { pod: { name: pod?.name, uid: 'another' } });

  expect(answer).toMatchObject({ status: 422, code: 'live.failed' });
  expect((await world.pods(2)).map(({ uid }) => uid)).toContain(pod?.uid);
  expect((await operations())[0]?.failure).toContain('taken the place');
});

test('restarts all pods by the rules of their workload', async () => {
  const before = (await world.pods(2)).map(({ uid }) => uid);
  const answer = await act('restart', {});

  expect(answer).toMatchObject({ status: 200, done: ['Deployment shop-api (2 pods) replaces its pods'] });
  await expect
    .poll(async () => (await world.pods(2)).filter(({ uid }) => before.includes(uid)).length)
    .toBe(0);
});

test('scales, and does not fight an autoscaler', async () => {
  const done = await act('scale', { replicas: 3 });
  await world.pods(3);
  await world.client.post('/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers', {
    metadata: { name: 'busy' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop-api' },
      minReplicas: 2,
      maxReplicas: 5,
    },
  });
  const before = await deployed();
  const refused = await act('scale', { replicas: 1 });
  const unclear = await act('scale', { replicas: 1, workload: 'StatefulSet/nope' });
  const after = await deployed();
  await world.client.call('DELETE', '/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers/busy');

  expect(done).toMatchObject({ status: 200, done: ['Deployment shop-api has 3 pods instead of 2'] });
  expect(refused).toMatchObject({
    status: 422,
    detail: textWith('HorizontalPodAutoscaler busy keeps'),
  });
  expect(unclear.detail).toContain('Deployment/shop-api');
  expect(after.metadata.generation).toBe(before.metadata.generation);
});

test('does nothing while a deployment is at work on the target', async () => {
  const manifests = JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'other' },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: 'other' } },
      template: {
        metadata: {
          labels: { app: 'other' },
          annotations: { 'sim.beanpod.dev/behaviour': 'slow ready=6000s' },
        },
        spec: { containers: [{ name: 'app', image: 'app:ok-1' }] },
      },
    },
  });
  const request = {
    service: 'other',
    environment: 'staging',
    version: '1',
    artifact: { type: 'manifests', manifests },
  };
  const accepted = await world.api.call().post('/v1/deployments').send(request);
  expect(accepted.status, accepted.text).toBe(202);

  const answer = await act('restart', {}, LIVE.replace('shop-api', 'other'));
  await world.api.call().post(`/v1/deployments/${accepted.body.id}/cancel`).send({});

  expect(answer).toMatchObject({
    status: 409,
    code: 'target.busy',
    detail: textWith(accepted.body.id),
  });
});

test('tells when the cluster did not answer, and that it may have been done', async () => {
  world.sim.faults.add({
    kind: 'drop-connection',
    match: { verb: 'patch', resource: 'deployments' },
    times: 1,
  });
  const answer = await act('restart', {});

  expect(answer).toMatchObject({ status: 503, code: 'live.unavailable' });
  expect(answer.detail).toContain('look whether it was done');
  expect((await operations())[0]?.failure).toContain('look whether it was done');
});
