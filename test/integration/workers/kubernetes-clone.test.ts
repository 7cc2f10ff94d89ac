import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EnvironmentView } from '../../../src/shared/contract/configuration.js';
import { keysOf } from '../../../src/shared/store/keys.js';
import type { Clone } from '../../../src/shared/store/clones.js';
import { createRawClient } from '../../simulators/kubernetes/raw-client.js';
import { startKubernetes, type KubernetesSimulator } from '../../simulators/kubernetes/start.js';
import { useApi } from '../../support/api.js';
import { startProcess, type BeanpodProcess } from '../../support/worker-process.js';

const SLOW = { timeout: 60_000, interval: 100 };
const TEST_MS = 200_000;
const KEYS = { BEANPOD_ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}` };
const SERVICES = ['shop-api', 'shop-web'];
const image = { type: 'image', image: 'registry.example.com/app:ok-1' };
const manifestsOf = (service: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${service} }
spec:
  selector: { matchLabels: { app: ${service} } }
  template:
    metadata: { labels: { app: ${service} } }
    spec: { containers: [{ name: app, image: registry.example.com/app:none }] }
`;

const api = useApi(KEYS);
let sim: KubernetesSimulator;
let client: ReturnType<typeof createRawClient>;
let worker: BeanpodProcess;

beforeAll(async () => {
  sim = await startKubernetes({ speed: 100, namespaces: ['shop'] });
  client = createRawClient(sim);
  sim.tokens.add({ name: 'worker', groups: ['system:masters'] });
  await api.start();
  for (const service of SERVICES)
    await api.configure(service, 'staging', {
      provider: 'kubernetes',
      spec: {
        cluster: { type: 'kubeconfig', kubeconfig: 'env:BEANPOD_SECRET_SIM' },
        namespace: 'shop',
        manifests: manifestsOf(service),
      },
      verify: { stabilityMs: 0 },
    });
  worker = await startWorker();
}, TEST_MS);
afterAll(async () => {
  await worker.kill('SIGKILL');
  await api.stop();
  await Promise.all([client.close(), sim.close()]);
});

async function startWorker(): Promise<BeanpodProcess> {
  const started = startProcess('worker', {
    REDIS_URL: api.redis.url,
    BEANPOD_NAMESPACE: api.redis.namespace,
    BEANPOD_BLOBS: `${api.folder}/blobs`,
    BEANPOD_REDIS_CHECK: 'off',
    BEANPOD_HOST: '127.0.0.1',
    BEANPOD_HEALTH_PORT: '0',
    BEANPOD_TEMPO: '0.02',
    BEANPOD_LEASE_MS: '1000',
    BEANPOD_SECRET_SIM: sim.kubeconfig('worker'),
    ...KEYS,
  });
  await started.said('worker ready');
  return started;
}

async function deploy(service: string, version: string, environment: string): Promise<void> {
  const body = { service, environment, version, artifact: image };
  const { id } = (await api.call().post('/v1/deployments').send(body)).body;
  await expect
    .poll(async () => (await api.call().get(`/v1/deployments/${id}`)).body.state, SLOW)
    .toBe('succeeded');
}

const deploymentsIn = async (namespace: string) => {
  const { body } = await client.get(`/apis/apps/v1/namespaces/${namespace}/deployments`);
  return (body['items'] as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name).sort();
};
const namespaceOf = (name: string) => client.get(`/api/v1/namespaces/${name}`);
const deletions = () =>
  sim.cluster.mutations.list().filter(({ verb, kind }) => verb === 'delete' && kind === 'Namespace');

/** As if the clone had been made its whole life ago. */
async function letItExpire(name: string): Promise<void> {
  const { client: redis, namespace } = api.redis;
  const key = keysOf(namespace).clones;
  const stored = JSON.parse((await redis.hget(key, name)) ?? '') as Clone;
  await redis.hset(key, name, JSON.stringify({ ...stored, expiresAt: stored.expiresAt - 600_000 }));
}

test(
  'a clone on Kubernetes runs in a namespace of its own, and is gone with it after its time, although the worker that removed it was killed',
  async () => {
    for (const service of SERVICES) await deploy(service, '1', 'staging');

    const made = await api
      .call()
      .post('/v1/environments/staging/clone')
      .send({ name: 'review-7', ttlMs: 600_000 });
    expect(made.status, made.text).toBe(202);
    await expect.poll(() => deploymentsIn('review-7'), SLOW).toEqual(SERVICES);
    await expect
      .poll(async () => {
        const { items } = (await api.call().get('/v1/deployments?environment=review-7')).body;
        return items.map((each) => (each as unknown as { state: string }).state);
      }, SLOW)
      .toEqual(['succeeded', 'succeeded']);
    await deploy('shop-api', '2', 'review-7');

    // The answers never come, so the worker is killed in the middle of its look; each service asks.
    sim.faults.add({ kind: 'hang', match: { verb: 'delete', resource: 'namespaces' }, times: 2 });
    await letItExpire('review-7');
    await expect.poll(() => sim.faults.list().length, SLOW).toBe(0);
    await worker.kill('SIGKILL');
    expect((await namespaceOf('review-7')).status).toBe(200);
    const view = (await api.call().get('/v1/environments/review-7')).body as unknown as EnvironmentView;
    expect(view.ending?.because).toBe('Its time has passed');
    worker = await startWorker();

    await expect.poll(async () => (await api.call().get('/v1/environments/review-7')).status, SLOW).toBe(404);
    expect((await namespaceOf('review-7')).status).toBe(404);
    expect(new Set(deletions().map(({ name }) => name))).toEqual(new Set(['review-7']));
    expect(await deploymentsIn('shop')).toEqual(SERVICES);
    expect((await api.call().get('/v1/targets/shop-api/review-7')).status).toBe(404);
  },
  TEST_MS,
);
