import { afterAll, beforeAll, expect, test } from 'vitest';
import { textWith } from '../../support/caller.js';
import { startLiveCluster, type LiveCluster } from '../../support/live-cluster.js';
import { useOperations } from '../../support/live-operations.js';
import { startProcess, type BeanpodProcess } from '../../support/worker-process.js';

const DEPLOYMENT = '/apis/apps/v1/namespaces/shop/deployments/shop-api';
const SLOW = { timeout: 40_000 };
let world: LiveCluster;
const workers: BeanpodProcess[] = [];
const { act, newest } = useOperations(() => world);
beforeAll(async () => {
  world = await startLiveCluster();
  world.sim.tokens.add({ name: 'worker', groups: ['system:masters'] });
  await world.run('shop-api', { replicas: 2 });
});
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.kill('SIGKILL')));
  await world.close();
});

async function startWorker(): Promise<BeanpodProcess> {
  const worker = startProcess('worker', {
    ...world.settings,
    BEANPOD_LOG_LEVEL: 'info',
    BEANPOD_LEASE_MS: '5000',
    BEANPOD_SECRET_SIM: world.sim.kubeconfig('worker'),
    BEANPOD_ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
  });
  workers.push(worker);
  await worker.said('worker ready');
  return worker;
}

async function generation(): Promise<number> {
  const { body } = await world.client.get(DEPLOYMENT);
  return (body as { metadata: { generation: number } }).metadata.generation;
}

/** How often the Deployment was asked to change, whatever became of it. */
async function patches(): Promise<number> {
  const calls = await world.control.calls();
  return calls.filter(({ verb, resource }) => verb === 'patch' && resource === 'deployments').length;
}

test('another worker ends what a worker was at when it was killed, and does nothing twice', async () => {
  const [before, earlier] = [await generation(), await patches()];
  world.sim.faults.add({ kind: 'hang', match: { verb: 'patch', resource: 'deployments' }, times: 1 });
  const first = await startWorker();
  const answer = act('restart');
  await expect.poll(patches, SLOW).toBe(earlier + 1);
  await first.kill('SIGKILL');
  const second = await startWorker();
  await answer;
  const ended = await newest({ state: 'succeeded' });
  await second.kill('SIGTERM');

  expect(ended.done).toEqual(['Deployment shop-api (2 pods) replaces its pods']);
  expect(await generation()).toBe(before + 1);
}, 90_000);

test('a worker that shuts down leaves what it waits for to another one', async () => {
  const [pod] = await world.pods(2);
  const selector = { matchLabels: { app: 'shop-api' } };
  const budgets = '/apis/policy/v1/namespaces/shop/poddisruptionbudgets';
  await world.client.post(budgets, { metadata: { name: 'all' }, spec: { minAvailable: '100%', selector } });
  const first = await startWorker();
  const answer = act('evict', { pod: { name: pod?.name, uid: pod?.uid } });
  await newest({ state: 'running', because: textWith('budget all') as string });
  await first.kill('SIGTERM');
  await world.client.call('DELETE', `${budgets}/all`);
  const second = await startWorker();
  await answer;
  const ended = await newest({ state: 'succeeded' });
  await second.kill('SIGTERM');

  expect(ended).toMatchObject({ kind: 'evict', done: [textWith('was evicted')] });
}, 90_000);

test('three lost workers end it, and the end says what is known', async () => {
  world.sim.faults.add({ kind: 'hang', match: { verb: 'patch', resource: 'deployments' }, times: 3 });
  const earlier = await patches();
  const answer = act('restart');
  for (const nth of [1, 2, 3]) {
    const worker = await startWorker();
    await expect.poll(patches, SLOW).toBe(earlier + nth);
    await worker.kill('SIGKILL');
  }
  const last = await startWorker();
  await answer;
  const ended = await newest({ state: 'failed' });
  await last.kill('SIGTERM');

  expect(ended.failure).toMatchObject({
    code: 'operation.workers-lost',
    detail: textWith('3 workers fell silent'),
  });
}, 120_000);
