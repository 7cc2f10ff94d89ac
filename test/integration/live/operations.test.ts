import { afterAll, beforeAll, expect, test } from 'vitest';
import { textWith } from '../../support/caller.js';
import { startLiveCluster, type LiveCluster } from '../../support/live-cluster.js';
import { useOperations } from '../../support/live-operations.js';
import { createKubectl, hasKubectl, type Kubectl } from '../simulators/kubectl.js';

const DEPLOYMENT = '/apis/apps/v1/namespaces/shop/deployments/shop-api';
const BUDGETS = '/apis/policy/v1/namespaces/shop/poddisruptionbudgets';
let world: LiveCluster;
let kubectl: Kubectl;
const { act, list, newest } = useOperations(() => world);
beforeAll(async () => {
  // Two minutes for an eviction are some seconds here.
  world = await startLiveCluster({}, { BEANPOD_TEMPO: '0.03' });
  await world.startWorker();
  await world.run('shop-api', { replicas: 2 });
  kubectl = createKubectl(world.sim.kubeconfig());
});
afterAll(async () => {
  kubectl.clean();
  await world.close();
});

interface Deployed {
  readonly spec: {
    readonly replicas: number;
    readonly template: { readonly metadata: { readonly annotations?: Readonly<Record<string, string>> } };
  };
  readonly metadata: { readonly generation: number };
}

async function deployed(): Promise<Deployed> {
  return (await world.client.get(DEPLOYMENT)).body as never;
}

test('restarts one pod, which comes back as another one, and writes it down with the reason', async () => {
  const [pod] = await world.pods(2);
  const wish = { pod: { name: pod?.name, uid: pod?.uid } };
  const preview = await act('restart', { ...wish, dryRun: true });
  const done = await act('restart', wish);

  expect(preview).toMatchObject({ status: 200, dryRun: true, done: [textWith('would be deleted')] });
  expect(done).toMatchObject({
    status: 200,
    kind: 'restart-pod',
    state: 'succeeded',
    person: 'admin',
    reason: 'It hangs',
    subject: `pod ${pod?.name}`,
    done: [textWith('was deleted')],
  });
  await expect.poll(async () => (await world.pods(2)).map(({ uid }) => uid)).not.toContain(pod?.uid);
  const [first] = await list();
  expect(first).toMatchObject({ id: done.id, state: 'succeeded', done: done.done });
  const { text } = await world.api.call().get(done.headers['location'] ?? '');
  expect(JSON.parse(text)).toEqual(first);
  const audit = (await world.api.call().get('/v1/audit?limit=50')).text;
  expect(audit).toContain('"method":"OPERATION"');
  expect(audit).toContain(`/operations/${done.id}`);
  expect(audit).toContain('(It hangs)');
});

test('leaves a pod alone that has taken the place of the one that was meant', async () => {
  const [pod] = await world.pods(2);
  const answer = await act('restart', { pod: { name: pod?.name, uid: 'another' } });

  expect(answer).toMatchObject({
    status: 422,
    code: 'live.failed',
    failure: { code: 'k8s.pod-replaced' },
    operation: { state: 'failed' },
  });
  expect((await world.pods(2)).map(({ uid }) => uid)).toContain(pod?.uid);
  expect((await list())[0]?.failure?.detail).toContain('taken the place');
});

test('restarts all pods by the rules of their workload', async () => {
  const before = (await world.pods(2)).map(({ uid }) => uid);
  const answer = await act('restart');

  expect(answer).toMatchObject({ status: 200, done: ['Deployment shop-api (2 pods) replaces its pods'] });
  await expect
    .poll(async () => (await world.pods(2)).filter(({ uid }) => before.includes(uid)).length)
    .toBe(0);
  expect((await deployed()).spec.template.metadata.annotations).toMatchObject({
    'beanpod.dev/operation': answer.id,
  });
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
  expect(refused).toMatchObject({ status: 422, detail: textWith('HorizontalPodAutoscaler busy keeps') });
  expect(unclear.detail).toContain('Deployment/shop-api');
  expect(after.metadata.generation).toBe(before.metadata.generation);
});

test('does once what the cluster did not answer, or answered into a broken connection', async () => {
  const patched = { verb: 'patch', resource: 'deployments' };
  world.sim.faults.add({ kind: 'drop-connection', match: patched, times: 1 });
  world.sim.faults.add({ kind: 'reset-after-commit', match: patched, times: 1 });
  const before = await deployed();
  const answer = await act('restart');
  const after = await deployed();

  expect(answer).toMatchObject({ status: 200, state: 'succeeded' });
  expect(after.metadata.generation).toBe(before.metadata.generation + 1);
});

test('waits for a disruption budget, then says which one forbids the eviction; evicts once it allows it', async () => {
  await act('scale', { replicas: 2 });
  const [pod] = await world.pods(2);
  const selector = { matchLabels: { app: 'shop-api' } };
  await world.client.post(BUDGETS, { metadata: { name: 'at-least' }, spec: { minAvailable: 2, selector } });
  const wish = { pod: { name: pod?.name, uid: pod?.uid } };
  const forbidden = await act('evict', wish);
  const still = (await world.pods(2)).map(({ uid }) => uid);
  const waiting = act('evict', wish);
  const seen = await newest({ state: 'running', because: textWith('at-least') as string });
  await world.client.call('DELETE', `${BUDGETS}/at-least`);
  const evicted = await waiting;

  expect(forbidden).toMatchObject({
    status: 422,
    failure: { code: 'operation.unfinished', detail: textWith('budget at-least') },
  });
  expect(still).toContain(pod?.uid);
  expect(evicted).toMatchObject({ id: seen.id, status: 200, done: [textWith('was evicted')] });
  await expect.poll(async () => (await world.pods(2)).map(({ uid }) => uid)).not.toContain(pod?.uid);
});

test.skipIf(!hasKubectl())('pauses and resumes a rollout, as kubectl sees it', async () => {
  const paused = await act('pause');
  const again = await act('pause', { workload: 'Deployment/shop-api', dryRun: true });
  const restart = await act('restart');
  const other = await act('pause', { workload: 'StatefulSet/shop-db' });
  const set = await kubectl('-n', 'shop', 'set', 'image', 'deployment/shop-api', 'app=app:ok-2');
  const held = await kubectl('-n', 'shop', 'rollout', 'status', 'deployment/shop-api', '--timeout=2s');
  const resumed = await act('resume');
  const rolled = await kubectl('-n', 'shop', 'rollout', 'status', 'deployment/shop-api', '--timeout=15s');

  expect(paused).toMatchObject({
    status: 200,
    done: ['Deployment shop-api keeps its pods as they are until it is resumed'],
  });
  expect(again.done).toEqual([textWith('does so already')]);
  expect(restart).toMatchObject({ status: 422, failure: { code: 'k8s.paused' } });
  expect(other).toMatchObject({ status: 422, detail: textWith('only Deployments have') });
  expect(set.code, set.err).toBe(0);
  expect(held.code).not.toBe(0);
  expect(resumed).toMatchObject({ status: 200, done: ['Deployment shop-api goes on with its rollout'] });
  expect(rolled.out, rolled.err).toContain('successfully rolled out');
});

test.skipIf(!hasKubectl())(
  'a deployment of a paused rollout is refused before it writes anything',
  async () => {
    const deploy = async (version: string, spec: object = {}) => {
      const labels = { app: 'web' };
      const manifests = JSON.stringify({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'web' },
        spec: {
          replicas: 1,
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: { containers: [{ name: 'app', image: `app:ok-${version}` }] },
          },
          ...spec,
        },
      });
      const artifact = { type: 'manifests', manifests };
      const request = { service: 'other', environment: 'staging', version, artifact };
      const { body } = await world.api.call().post('/v1/deployments').send(request);
      await expect
        .poll(async () => (await world.api.call().get(`/v1/deployments/${body.id}?wait=5`)).text, {
          timeout: 40_000,
        })
        .toContain('"terminal":true');
      return (await world.api.call().get(`/v1/deployments/${body.id}`)).body;
    };
    const other = useOperations(() => world, '/v1/targets/other/staging/live');
    const first = await deploy('1');
    await other.act('pause');
    const refused = await deploy('2');
    const saidSo = await deploy('3', { paused: false });
    await kubectl('-n', 'shop', 'rollout', 'pause', 'deployment/web');
    const again = await deploy('4');
    const resumed = await other.act('resume');
    const last = await deploy('5');

    expect(first).toMatchObject({ state: 'succeeded' });
    expect(refused).toMatchObject({ state: 'failed', failure: { code: 'k8s.paused' } });
    expect(saidSo).toMatchObject({ state: 'succeeded' });
    expect(again).toMatchObject({ state: 'failed', failure: { code: 'k8s.paused' } });
    expect(resumed).toMatchObject({ status: 200 });
    expect(last).toMatchObject({ state: 'succeeded' });
  },
  120_000,
);
