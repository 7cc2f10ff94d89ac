import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeploymentView } from '../../../src/shared/contract/deployment-view.js';
import type { EnvironmentStatus } from '../../../src/shared/contract/snapshot.js';
import type { Version } from '../../../src/shared/contract/version.js';
import { createRawClient } from '../../simulators/kubernetes/raw-client.js';
import { startKubernetes, type KubernetesSimulator } from '../../simulators/kubernetes/start.js';
import { startRegistry, type RegistrySimulator } from '../../simulators/registry/start.js';
import { useApi } from '../../support/api.js';
import { startProcess, type BeanpodProcess } from '../../support/worker-process.js';

const SLOW = { timeout: 60_000, interval: 100 };
const TEST_MS = 280_000;
const PASSWORD = 'correct-horse-battery-staple';
const KEYS = { BEANPOD_ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}` };
const SERVICE = 'shop-api';

const api = useApi(KEYS);
let sim: KubernetesSimulator;
let registry: RegistrySimulator;
let client: ReturnType<typeof createRawClient>;
let worker: BeanpodProcess;
let log = '';

/** The registry wants a token, the worker knows a user of it by a reference, and the cluster runs what it is given. */
beforeAll(async () => {
  [sim, registry] = await Promise.all([
    startKubernetes({ speed: 100, namespaces: ['shop'] }),
    startRegistry(),
  ]);
  registry.world.access = 'tokens-elsewhere';
  registry.world.users.set('beanpod', PASSWORD);
  client = createRawClient(sim);
  sim.tokens.add({ name: 'worker', groups: ['system:masters'] });
  await api.start();
  await api.configure(SERVICE, 'staging', {
    provider: 'kubernetes',
    spec: {
      cluster: { type: 'kubeconfig', kubeconfig: 'env:BEANPOD_SECRET_SIM' },
      namespace: 'shop',
      manifests: manifestsOf(`${registry.host}/shop/api`),
    },
    verify: { stabilityMs: 0 },
  });
  worker = startProcess('worker', {
    REDIS_URL: api.redis.url,
    BEANPOD_NAMESPACE: api.redis.namespace,
    BEANPOD_BLOBS: `${api.folder}/blobs`,
    BEANPOD_REDIS_CHECK: 'off',
    BEANPOD_HOST: '127.0.0.1',
    BEANPOD_TEMPO: '0.01',
    BEANPOD_LOG_LEVEL: 'debug',
    BEANPOD_SECRET_SIM: sim.kubeconfig('worker'),
    BEANPOD_SECRET_REGISTRY: PASSWORD,
    BEANPOD_REGISTRIES: JSON.stringify([
      {
        host: registry.host,
        tokenHost: registry.tokenHost,
        username: 'beanpod',
        password: 'env:BEANPOD_SECRET_REGISTRY',
        plainHttp: true,
      },
    ]),
    ...KEYS,
  });
  worker.child.stdout?.on('data', (chunk: Buffer | string) => (log += chunk.toString()));
  await worker.said('worker ready');
}, TEST_MS);
afterAll(async () => {
  await worker.kill('SIGKILL');
  await api.stop();
  await Promise.all([client.close(), sim.close(), registry.close()]);
});

function manifestsOf(image: string): string {
  return `
apiVersion: apps/v1
kind: Deployment
metadata: { name: api }
spec:
  selector: { matchLabels: { app: api } }
  template:
    metadata: { labels: { app: api } }
    spec: { containers: [{ name: app, image: '${image}' }] }
`;
}

const get = async <T>(path: string) => (await api.call().get(path)).body as unknown as T;

/** Sends the request and sees the deployment end. */
async function ended(path: string, body: object): Promise<DeploymentView> {
  const accepted = await api.call().post(path).send(body);
  expect(accepted.status, accepted.text).toBe(202);
  const link = `/v1/deployments/${accepted.body.id}`;
  await expect.poll(async () => (await get<DeploymentView>(link)).terminal, SLOW).toBe(true);
  return get<DeploymentView>(link);
}

const deploy = (version: string) =>
  ended('/v1/deployments', { service: SERVICE, environment: 'staging', version });

async function register(version: string, tag = version): Promise<string> {
  const image = `${registry.host}/shop/api:${tag}`;
  const artifact = { type: 'image', image };
  const answer = await api.call().post(`/v1/services/${SERVICE}/versions`).send({ version, artifact });
  expect(answer.status, answer.text).toBe(201);
  return image;
}

/** The images that the pods of the new revision run. */
async function running(): Promise<readonly string[]> {
  const { body } = await client.get('/api/v1/namespaces/shop/pods');
  const { items } = body as unknown as {
    items: { metadata: { deletionTimestamp?: string }; spec: { containers: { image: string }[] } }[];
  };
  const there = items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  return [...new Set(there.flatMap(({ spec }) => spec.containers.map(({ image }) => image)))];
}

/** The fingerprint of what runs in the environment. */
async function newestSnapshot(): Promise<string | undefined> {
  const { items } = await get<{ items: { snapshot: string }[] }>('/v1/environments/staging/snapshots');
  return items[0]?.snapshot;
}

test(
  'what a tag named first is what runs, is shown, is deployed again and is gone back to',
  async () => {
    const first = registry.push('shop/api', 'ok-1');
    const image = await register('ok-1');
    expect((await get<Version>(`/v1/services/${SERVICE}/versions/ok-1`)).digests).toBeUndefined();

    const one = await deploy('ok-1');

    expect(one, JSON.stringify(one.failure)).toMatchObject({
      state: 'succeeded',
      digests: { [image]: first },
    });
    await expect.poll(running, SLOW).toEqual([`${image}@${first}`]);
    expect((await get<Version>(`/v1/services/${SERVICE}/versions/ok-1`)).digests).toEqual({ [image]: first });
    const { items } = await get<{ items: Version[] }>(`/v1/services/${SERVICE}/versions`);
    expect(items[0]?.digests).toEqual({ [image]: first });
    const { services } = await get<EnvironmentStatus>('/v1/environments/staging/status');
    expect(services[0]?.running?.digests).toEqual({ [image]: first });
    const snapshot = await newestSnapshot();
    expect(snapshot).toMatch(/^[0-9a-f]{40}$/);

    registry.push('shop/api', 'ok-2');
    await register('ok-2');
    expect(await deploy('ok-2')).toMatchObject({ state: 'succeeded' });
    registry.push('shop/api', 'ok-1');
    const again = await ended(`/v1/deployments/${one.id}/redeploy`, {});

    expect(again).toMatchObject({ state: 'succeeded', version: 'ok-1', digests: { [image]: first } });
    await expect.poll(running, SLOW).toEqual([`${image}@${first}`]);
    expect(await newestSnapshot()).toBe(snapshot);
    const back = await ended(`/v1/deployments/${again.id}/rollback`, { reason: 'It was slower' });
    expect(back).toMatchObject({ state: 'succeeded', version: 'ok-2' });
    const forth = await ended(`/v1/deployments/${back.id}/rollback`, { reason: 'It was not' });
    expect(forth).toMatchObject({ state: 'succeeded', version: 'ok-1', digests: { [image]: first } });
    await expect.poll(running, SLOW).toEqual([`${image}@${first}`]);
  },
  TEST_MS,
);

test(
  'an image that does not exist fails with its reason before anything is written, and a dry run says so too',
  async () => {
    await register('missing');
    sim.cluster.mutations.clear();

    const dry = await api
      .call()
      .post('/v1/deployments')
      .send({ service: SERVICE, environment: 'staging', version: 'missing', dryRun: true });
    const { state, wrote, failure } = await deploy('missing');

    const detail = `${registry.host} has no ${registry.host}/shop/api:missing`;
    expect([dry.status, dry.body.code]).toEqual([422, 'plan.failed']);
    expect(dry.text).toContain(detail);
    expect({ state, wrote, failure }).toMatchObject({
      state: 'failed',
      wrote: false,
      failure: { code: 'image.not-found', blame: 'release', detail },
    });
    const touched = sim.cluster.mutations
      .list()
      .filter(({ kind }) => kind === 'Deployment' || kind === 'ConfigMap');
    expect(touched).toEqual([]);
  },
  TEST_MS,
);

test(
  'a dry run shows what would run and decides nothing',
  async () => {
    const before = registry.push('shop/api', 'ok-3');
    const image = await register('ok-3');

    const dry = await api
      .call()
      .post('/v1/deployments')
      .send({ service: SERVICE, environment: 'staging', version: 'ok-3', dryRun: true });
    const after = registry.push('shop/api', 'ok-3');
    const { state, digests } = await deploy('ok-3');

    expect(dry.text).toContain(`Image ${image} is ${before}`);
    expect({ state, digests }).toEqual({ state: 'succeeded', digests: { [image]: after } });
  },
  TEST_MS,
);

test('the password of the registry is in no log and nowhere in Redis', async () => {
  const redis = api.redis.client;
  const keys = await api.redis.keys();
  const texts = await Promise.all(
    keys.map(async (key) => {
      switch (await redis.type(key)) {
        case 'hash':
          return JSON.stringify(await redis.hgetall(key));
        case 'stream':
          return JSON.stringify(await redis.xrange(key, '-', '+'));
        case 'string':
          return redis.get(key);
        default:
          return '';
      }
    }),
  );
  const all = [...keys, ...texts, log].join('\n');

  // What is looked through is what was written.
  for (const word of ['image-digests', 'image.pinned', 'worker ready', registry.host])
    expect(all.includes(word), word).toBe(true);
  const proofs = registry.world.calls.filter(({ proof }) => proof === 'basic');
  expect(new Set(proofs.map(({ at }) => at))).toEqual(new Set(['tokens']));
  const basic = Buffer.from(`beanpod:${PASSWORD}`).toString('base64');
  const secrets = [PASSWORD, basic, ...registry.world.tokens.keys()];
  expect(secrets.filter((secret) => all.includes(secret))).toEqual([]);
});
