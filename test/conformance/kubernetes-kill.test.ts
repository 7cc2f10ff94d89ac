import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRawClient } from '../simulators/kubernetes/raw-client.js';
import { startKubernetes } from '../simulators/kubernetes/start.js';
import { useMortalWorkers } from '../support/mortal-workers.js';
import { APP_IMAGE, APP_MANIFESTS, earlierApp } from '../support/shop-app.js';

const SPEED = 100;
const FORWARD = ['review', 'dry-run', 'claim', 'apply-0', 'await-0'];
const BACK = ['restore', 'await-restored', 'remove-created', 'return-fields'];

/** The writes of a deployment to a workload of kubectl's: its fields are taken over, then the new version is applied. */
const TAKEN = ['patch', 'apply'];

/** Every call to the API server takes so long, so that no step is over before its worker is dead. */
const DELAY_MS = 80;

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

const workers = useMortalWorkers({
  speed: SPEED,
  open: openCluster,
  settings: ({ sim }) => ({ BEANPOD_SECRET_SIM: sim.kubeconfig() }),
});
const { fleet } = workers;
let cases = 0;
beforeAll(() => workers.start());
afterAll(() => workers.stop());

async function openCluster() {
  const sim = await startKubernetes({ speed: SPEED });
  const client = createRawClient(sim);
  return {
    sim,
    client,
    async close() {
      await client.close();
      await sim.close();
    },
  };
}

/** Deploys to a namespace of its own, in which somebody else has deployed `ok-1` before. */
async function deploy(version: string): Promise<{ id: string; namespace: string }> {
  cases += 1;
  const namespace = `case-${cases}`;
  await workers.cloud.client.post('/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace },
  });
  await workers.cloud.client.apply(
    pathOf(namespace),
    earlierApp(namespace, 'ok-1'),
    'fieldManager=kubectl&force=true',
  );
  await workers.cloud.client.until(
    pathOf(namespace),
    (live) => (live as unknown as Live).status.availableReplicas === 2,
  );
  workers.cloud.sim.faults.add({ kind: 'slow', match: { namespace }, delayMs: DELAY_MS, times: Infinity });
  const id = await workers.beanpod.deploy(version, {
    service: `shop-${cases}`,
    provider: 'kubernetes',
    spec: {
      cluster: { type: 'kubeconfig', kubeconfig: 'env:BEANPOD_SECRET_SIM' },
      namespace,
      manifests: APP_MANIFESTS,
    },
    artifact: { type: 'image', image: `${APP_IMAGE}:${version}` },
    verify: { stabilityMs: 15_000 },
  });
  return { id, namespace };
}

function pathOf(namespace: string): string {
  return `/apis/apps/v1/namespaces/${namespace}/deployments/app`;
}

async function linesOf(id: string, code: string) {
  return (await workers.beanpod.journal.read(id, 0, 10_000)).filter((line) => line.code === code);
}

/** How many workers had the deployment: two prove that the kill came before its end. */
async function owners(id: string): Promise<number> {
  return new Set((await linesOf(id, 'deployment.claimed')).map((line) => line.data?.['worker'])).size;
}

/** Changes of the workload since `ok-1`, as the API server counts them. */
async function changes(namespace: string): Promise<number> {
  return (
    ((await workers.cloud.client.get(pathOf(namespace))).body as unknown as Live).metadata.generation - 1
  );
}

/** Writes of the workload since `ok-1`, those that change no more than its fields' owners included. */
function writes(namespace: string): readonly string[] {
  return workers.cloud.sim.cluster.mutations
    .list()
    .filter((one) => one.namespace === namespace && one.kind === 'Deployment')
    .slice(1)
    .map(({ verb }) => verb);
}

/** Tags in the workload and in all pods that stay. */
async function tags(namespace: string): Promise<string[]> {
  const live = (await workers.cloud.client.get(pathOf(namespace))).body as unknown as Live;
  const pods = (await workers.cloud.client.get(`/api/v1/namespaces/${namespace}/pods`))
    .body as unknown as Pods;
  const staying = pods.items.filter(({ metadata }) => !metadata.deletionTimestamp);
  const specs = [live.spec.template.spec, ...staying.map(({ spec }) => spec)];
  return [...new Set(specs.map(({ containers }) => containers[0]?.image.split(':').at(-1) ?? ''))];
}

/** Names of the ConfigMaps of a namespace: the one of the set, and the record of it. */
async function configMaps(namespace: string): Promise<string[]> {
  const { body } = await workers.cloud.client.get(`/api/v1/namespaces/${namespace}/configmaps`);
  const { items } = body as unknown as { items: readonly { metadata: { name: string } }[] };
  return items.map(({ metadata }) => metadata.name).filter((name) => name !== 'kube-root-ca.crt');
}

/** What the record of the target's objects says, as only the clean-up leaves it complete. */
async function inventory(namespace: string): Promise<readonly { readonly uid?: string }[]> {
  const name = `beanpod-${namespace.replace('case', 'shop')}-staging`;
  const { body } = await workers.cloud.client.get(`/api/v1/namespaces/${namespace}/configmaps/${name}`);
  const { data } = body as unknown as { readonly data: { readonly inventory: string } };
  return JSON.parse(data.inventory) as readonly { readonly uid?: string }[];
}

describe('kill -9 of the worker', () => {
  it.each(FORWARD)(
    'at step %s of a deployment: another one ends it, each mutation happened once',
    async (step) => {
      const { id, namespace } = await deploy('ok-2');
      await fleet.until(() => fleet.started(id, step));
      await fleet.killOwner(id);

      expect(await fleet.end(id)).toEqual({ name: 'succeeded' });
      expect(await owners(id)).toBe(2);
      expect(await changes(namespace)).toBe(1);
      expect(writes(namespace)).toEqual(TAKEN);
      expect(await tags(namespace)).toEqual(['ok-2']);
    },
  );

  it('right after the API server took the new version: another one adopts it', async () => {
    const { id, namespace } = await deploy('ok-2');
    await fleet.until(async () => writes(namespace).includes('apply'));
    await fleet.killOwner(id);

    expect(await fleet.end(id)).toEqual({ name: 'succeeded' });
    expect(await owners(id)).toBe(2);
    expect(writes(namespace)).toEqual(TAKEN);
  });

  it.each(BACK)(
    'at step %s of a rollback: another one ends it, each mutation happened once',
    async (step) => {
      const { id, namespace } = await deploy('image-not-found-3');
      await fleet.until(() => fleet.started(id, step));
      await fleet.killOwner(id);

      expect(await fleet.end(id)).toMatchObject({ name: 'rolled_back' });
      expect(await owners(id)).toBe(2);
      expect(await changes(namespace)).toBe(2);
      expect(writes(namespace)).toEqual([...TAKEN, 'update', 'patch']);
      expect(await tags(namespace)).toEqual(['ok-1']);
      expect(await configMaps(namespace)).toEqual([]);
    },
  );

  it('while the new version is verified: the proof starts anew', async () => {
    const { id, namespace } = await deploy('ok-2');
    await fleet.until(async () => (await workers.beanpod.story(id)).includes('deployment.verifying'));
    await fleet.killOwner(id);

    expect(await fleet.end(id)).toEqual({ name: 'succeeded' });
    expect(await owners(id)).toBe(2);
    expect(await tags(namespace)).toEqual(['ok-2']);
  });

  it('while it cleans up behind the version: another one ends that, and the version stays', async () => {
    const { id, namespace } = await deploy('ok-2');
    await fleet.until(async () => (await workers.beanpod.story(id)).includes('deployment.settling'));
    await fleet.killOwner(id);

    expect(await fleet.end(id)).toEqual({ name: 'succeeded' });
    expect(await owners(id)).toBe(2);
    expect(writes(namespace)).toEqual(TAKEN);
    expect(await tags(namespace)).toEqual(['ok-2']);
    expect((await inventory(namespace)).every(({ uid }) => uid !== undefined)).toBe(true);
  });
});
