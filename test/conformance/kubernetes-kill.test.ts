import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isEnded, type State } from '../../src/shared/domain/state.js';
import { createRawClient, type RawClient } from '../simulators/kubernetes/raw-client.js';
import { startKubernetes, type KubernetesSimulator } from '../simulators/kubernetes/start.js';
import { useRedis } from '../support/redis.js';
import { startProcess, type BeanpodProcess } from '../support/worker-process.js';
import { createInstallation } from '../support/worker.js';

const SPEED = 100;
const IMAGE = 'registry.example.com/shop/app';
const FORWARD = ['review', 'dry-run', 'claim', 'apply-0', 'await-0', 'settle'];
const BACK = ['restore', 'await-restored', 'remove-created', 'return-fields'];

/** The writes of a deployment to a workload of kubectl's: its fields are taken over, then the new version is applied. */
const TAKEN = ['patch', 'apply'];

/** Every call to the API server takes so long, so that no step is over before its worker is dead. */
const DELAY_MS = 80;

const MANIFESTS = `
apiVersion: v1
kind: ConfigMap
metadata: {name: app}
data: {VERSION: "{{version}}"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec:
  replicas: 2
  selector: {matchLabels: {app: app}}
  template:
    metadata: {labels: {app: app}}
    spec:
      containers: [{name: app, image: ${IMAGE}, envFrom: [{configMapRef: {name: app}}]}]
`;

interface Live {
  readonly metadata: { readonly generation: number };
  readonly spec: { readonly template: { readonly spec: PodSpec } };
  readonly status: { readonly availableReplicas?: number };
}

interface PodSpec {
  readonly containers: readonly { readonly image: string }[];
}

interface Pods {
  readonly items: readonly { readonly metadata: { deletionTimestamp?: string }; readonly spec: PodSpec }[];
}

const redis = useRedis();
let sim: KubernetesSimulator;
let client: RawClient;
let beanpod: ReturnType<typeof createInstallation>;
const workers: BeanpodProcess[] = [];
const starting: Promise<void>[] = [];
let cases = 0;

async function addWorker(): Promise<void> {
  const worker = startProcess('worker', {
    REDIS_URL: redis.url,
    BEANPOD_SECRET_SIM: sim.kubeconfig(),
    BEANPOD_NAMESPACE: redis.namespace,
    BEANPOD_TEMPO: String(1 / SPEED),
    BEANPOD_LEASE_MS: '1500',
    BEANPOD_REDIS_CHECK: 'off',
    BEANPOD_LOG_LEVEL: 'info',
  });
  workers.push(worker);
  await worker.said('worker ready');
}

beforeAll(async () => {
  await redis.start();
  sim = await startKubernetes({ speed: SPEED });
  client = createRawClient(sim);
  beanpod = createInstallation({ url: redis.url, namespace: redis.namespace });
  await Promise.all([addWorker(), addWorker()]);
});
afterAll(async () => {
  await Promise.all(starting);
  await Promise.all(workers.map((worker) => worker.kill('SIGKILL')));
  await beanpod.close();
  await client.close();
  await sim.close();
  await redis.stop();
});

/** Deploys to a namespace of its own, in which somebody else has deployed `ok-1` before. */
async function deploy(version: string): Promise<{ id: string; namespace: string }> {
  cases += 1;
  const namespace = `case-${cases}`;
  await client.post('/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace },
  });
  await client.apply(pathOf(namespace), earlier(namespace), 'fieldManager=kubectl&force=true');
  await client.until(pathOf(namespace), (live) => (live as unknown as Live).status.availableReplicas === 2);
  sim.faults.add({ kind: 'slow', match: { namespace }, delayMs: DELAY_MS, times: Infinity });
  const id = await beanpod.deploy(version, {
    service: `shop-${cases}`,
    provider: 'kubernetes',
    spec: {
      cluster: { type: 'kubeconfig', kubeconfig: 'env:BEANPOD_SECRET_SIM' },
      namespace,
      manifests: MANIFESTS,
    },
    artifact: { type: 'image', image: `${IMAGE}:${version}` },
    verify: { stabilityMs: 15_000 },
  });
  return { id, namespace };
}

function pathOf(namespace: string): string {
  return `/apis/apps/v1/namespaces/${namespace}/deployments/app`;
}

function earlier(namespace: string): unknown {
  const containers = [{ name: 'app', image: `${IMAGE}:ok-1` }];
  const template = { metadata: { labels: { app: 'app' } }, spec: { containers } };
  const selector = { matchLabels: { app: 'app' } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'app', namespace },
    spec: { replicas: 2, selector, template },
  };
}

async function until(predicate: () => Promise<boolean> | boolean): Promise<void> {
  await expect.poll(predicate, { timeout: 40_000, interval: 5 }).toBe(true);
}

async function linesOf(id: string, code: string) {
  return (await beanpod.journal.read(id, 0, 10_000)).filter((line) => line.code === code);
}

async function started(id: string, step: string): Promise<boolean> {
  return (await linesOf(id, 'step.started')).some((line) => line.data?.['step'] === step);
}

/** Kills the worker that has the deployment now, without warning, and starts another one in its place. */
async function killOwner(id: string): Promise<void> {
  const claims = await linesOf(id, 'deployment.claimed');
  const owner = workers.find((worker) => worker.name === claims.at(-1)?.data?.['worker']);
  if (!owner) throw new Error('No worker of ours owns the deployment');
  await owner.kill('SIGKILL');
  workers.splice(workers.indexOf(owner), 1);
  starting.push(addWorker());
}

async function end(id: string): Promise<State> {
  await until(async () => isEnded((await beanpod.deployments.load(id))?.state ?? { name: 'queued' }));
  return (await beanpod.deployments.load(id))?.state ?? { name: 'queued' };
}

/** How many workers had the deployment: two prove that the kill came before its end. */
async function owners(id: string): Promise<number> {
  return new Set((await linesOf(id, 'deployment.claimed')).map((line) => line.data?.['worker'])).size;
}

/** Changes of the workload since `ok-1`, as the API server counts them. */
async function changes(namespace: string): Promise<number> {
  return ((await client.get(pathOf(namespace))).body as unknown as Live).metadata.generation - 1;
}

/** Writes of the workload since `ok-1`, those that change no more than its fields' owners included. */
function writes(namespace: string): readonly string[] {
  return sim.cluster.mutations
    .list()
    .filter((one) => one.namespace === namespace && one.kind === 'Deployment')
    .slice(1)
    .map(({ verb }) => verb);
}

/** Tags in the workload and in all pods that stay. */
async function tags(namespace: string): Promise<string[]> {
  const live = (await client.get(pathOf(namespace))).body as unknown as Live;
  const pods = (await client.get(`/api/v1/namespaces/${namespace}/pods`)).body as unknown as Pods;
  const staying = pods.items.filter(({ metadata }) => !metadata.deletionTimestamp);
  const specs = [live.spec.template.spec, ...staying.map(({ spec }) => spec)];
  return [...new Set(specs.map(({ containers }) => containers[0]?.image.split(':').at(-1) ?? ''))];
}

/** Names of the ConfigMaps of a namespace: the one of the set, and the record of it. */
async function configMaps(namespace: string): Promise<string[]> {
  const { body } = await client.get(`/api/v1/namespaces/${namespace}/configmaps`);
  const { items } = body as unknown as { items: readonly { metadata: { name: string } }[] };
  return items.map(({ metadata }) => metadata.name).filter((name) => name !== 'kube-root-ca.crt');
}

describe('kill -9 of the worker', () => {
  it.each(FORWARD)(
    'at step %s of a deployment: another one ends it, each mutation happened once',
    async (step) => {
      const { id, namespace } = await deploy('ok-2');
      await until(() => started(id, step));
      await killOwner(id);

      expect(await end(id)).toEqual({ name: 'succeeded' });
      expect(await owners(id)).toBe(2);
      expect(await changes(namespace)).toBe(1);
      expect(writes(namespace)).toEqual(TAKEN);
      expect(await tags(namespace)).toEqual(['ok-2']);
    },
  );

  it('right after the API server took the new version: another one adopts it', async () => {
    const { id, namespace } = await deploy('ok-2');
    await until(() => writes(namespace).includes('apply'));
    await killOwner(id);

    expect(await end(id)).toEqual({ name: 'succeeded' });
    expect(await owners(id)).toBe(2);
    expect(writes(namespace)).toEqual(TAKEN);
  });

  it.each(BACK)(
    'at step %s of a rollback: another one ends it, each mutation happened once',
    async (step) => {
      const { id, namespace } = await deploy('image-not-found-3');
      await until(() => started(id, step));
      await killOwner(id);

      expect(await end(id)).toMatchObject({ name: 'rolled_back' });
      expect(await owners(id)).toBe(2);
      expect(await changes(namespace)).toBe(2);
      expect(writes(namespace)).toEqual([...TAKEN, 'update', 'patch']);
      expect(await tags(namespace)).toEqual(['ok-1']);
      expect(await configMaps(namespace)).toEqual([]);
    },
  );

  it('while the new version is verified: the proof starts anew', async () => {
    const { id, namespace } = await deploy('ok-2');
    await until(async () => (await beanpod.story(id)).includes('deployment.verifying'));
    await killOwner(id);

    expect(await end(id)).toEqual({ name: 'succeeded' });
    expect(await owners(id)).toBe(2);
    expect(await tags(namespace)).toEqual(['ok-2']);
  });

  it('leaves no invariant broken', async () => {
    expect(await beanpod.deployments.audit()).toEqual([]);
  });
});
