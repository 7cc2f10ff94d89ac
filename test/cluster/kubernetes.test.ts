import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKubernetes } from '../../src/providers/kubernetes/index.js';
import type { Failure } from '../../src/shared/domain/failures.js';
import { isEnded, type State } from '../../src/shared/domain/state.js';
import { useRedis } from '../support/redis.js';
import { testSecrets } from '../support/secrets.js';
import { createInstallation } from '../support/worker.js';
import { openCluster, whyNoCluster, type ForeignCluster } from './foreign-cluster.js';
import { extra, migration, RUNS, shopSet } from './shop.js';

const missing = whyNoCluster();
if (missing !== undefined) {
  console.warn(
    `SKIPPED: the tests on a real cluster, as ${missing}. See docs/kubernetes.md, "Trying it on a cluster"`,
  );
}

/** What one deployment came to. */
interface Ending {
  readonly state: State;
  readonly failure: Failure | undefined;
  readonly story: string;
}

/** In the order of a service's life: each test goes on from where the one before has left the cluster. */
describe.skipIf(missing !== undefined)('on a real cluster', () => {
  const redis = useRedis();
  let cluster: ForeignCluster;
  let beanpod: ReturnType<typeof createInstallation>;

  beforeAll(async () => {
    cluster = await openCluster();
    await redis.start();
    beanpod = createInstallation({
      url: redis.url,
      namespace: redis.namespace,
      secrets: testSecrets({ variables: { BEANPOD_SECRET_CLUSTER: cluster.kubeconfig } }),
    });
    beanpod.startWorker(createKubernetes());
  });
  afterAll(async () => {
    await beanpod?.close();
    await redis.stop();
    await cluster?.remove();
  });

  async function deploy(tag: string, manifests: string, more: object = {}): Promise<Ending> {
    const id = await beanpod.deploy(tag, {
      provider: 'kubernetes',
      spec: {
        cluster: { type: 'kubeconfig', kubeconfig: 'env:BEANPOD_SECRET_CLUSTER' },
        namespace: cluster.namespace,
        manifests,
        ...more,
      },
      artifact: { type: 'image', image: `${RUNS}:${tag}` },
      verify: { stabilityMs: 3_000 },
    });
    const state = async () => (await beanpod.deployments.load(id))?.state ?? ({ name: 'queued' } as const);
    await expect.poll(async () => isEnded(await state()), { timeout: 280_000, interval: 200 }).toBe(true);
    const end = await state();
    const failure = 'failure' in end ? end.failure : 'cause' in end ? end.cause : undefined;
    const lines = await beanpod.journal.read(id, 0, 10_000);
    return { state: end, failure, story: lines.map(({ text }) => text).join('\n') };
  }

  it('removes a bad first version with everything that it made', async () => {
    const before = await cluster.world();

    const { state, failure, story } = await deploy('image-not-found', shopSet());

    expect(state.name, story).toBe('rolled_back');
    expect(failure, story).toMatchObject({ code: 'k8s.image-not-found' });
    expect(await cluster.world()).toEqual(before);
  });

  it('deploys a good version with a Job before it, and kubectl agrees', async () => {
    const { state, story } = await deploy('3.9', shopSet({ more: [migration()] }));

    expect(state, story).toEqual({ name: 'succeeded' });
    expect(story).toMatch(/Job \S+\/migrate-\S+: ended well/);
    expect(await cluster.ok('rollout', 'status', 'deployment/shop', '--timeout=15s')).toContain('rolled out');
    const images = await cluster.ok('get', 'deployment/shop', '-o', 'jsonpath={..image}');
    expect(images).toBe(`${RUNS}:3.9`);
    const policy = await cluster.ok('get', 'networkpolicy/shop', '-o', 'jsonpath={.spec.ingress[0].from}');
    expect(JSON.parse(policy)).toEqual([{ podSelector: { matchLabels: { app: 'web' } } }]);
  });

  it('restarts nothing when nothing has changed', async () => {
    const pods = ['get', 'pods', '-l', 'app=shop', '-o', 'jsonpath={.items[*].metadata.uid}'];
    const before = await cluster.ok(...pods);

    const { state, story } = await deploy('3.9', shopSet());

    expect(state, story).toEqual({ name: 'succeeded' });
    expect(await cluster.ok(...pods)).toBe(before);
  });

  it('applies nothing when the server refuses the third object', async () => {
    const before = await cluster.world();

    const bad = shopSet({ greeting: 'bye' }).replace('replicas: 2', 'replicaz: 2');
    const { state, failure, story } = await deploy('3.10', bad);

    expect(state.name, story).toBe('failed');
    expect(failure).toMatchObject({ code: 'k8s.object-refused' });
    expect(failure?.detail).toContain('replicaz');
    expect(await cluster.world()).toEqual(before);
  });

  it.each([
    ['whose image does not exist', 'image-not-found', undefined, ['k8s.image-not-found']],
    // A real kubelet shows the failed start first and a crash loop later; which one is ripe first is its business.
    [
      'that cannot start',
      '3.10',
      ['/beanpod-has-no-such-program'],
      ['k8s.container-start', 'k8s.crash-loop'],
    ],
  ])('brings the whole set back from a version %s', async (_, tag, command, codes) => {
    const before = await cluster.world();

    const bad = shopSet({ greeting: 'bye', ...(command && { command }), more: [extra('added')] });
    const { state, failure, story } = await deploy(tag, bad);

    expect(state.name, story).toBe('rolled_back');
    expect(codes, story).toContain(failure?.code);
    expect(story).toContain(`pod shop-`);
    expect(await cluster.world()).toEqual(before);
    expect(await cluster.ok('rollout', 'status', 'deployment/shop', '--timeout=15s')).toContain('rolled out');
  });

  it('deploys the next version, and deletes what has left the set', async () => {
    const more = [extra('leaving')];
    expect((await deploy('3.9', shopSet({ more }))).state).toEqual({ name: 'succeeded' });

    const { state, story } = await deploy('3.10', shopSet({ greeting: 'welcome' }), { prune: true });

    expect(state, story).toEqual({ name: 'succeeded' });
    expect(Object.keys(await cluster.world())).not.toContain('ConfigMap/leaving');
    expect(await cluster.ok('get', 'configmap/shop', '-o', 'jsonpath={.data.GREETING}')).toBe('welcome');
  });

  it('reports a field that somebody else owns before anything is written', async () => {
    const theirs = { ...(extra('shop') as object), data: { GREETING: 'theirs' } };
    const file = cluster.kubectl.manifest('theirs', theirs);
    await cluster.ok('apply', '--server-side', '--force-conflicts', '--field-manager=somebody', '-f', file);
    const before = await cluster.world();

    const { state, failure, story } = await deploy('3.9', shopSet());

    expect(state.name, story).toBe('failed');
    expect(failure).toMatchObject({ code: 'k8s.conflict' });
    expect(failure?.detail).toMatch(/\.data\.GREETING is owned by somebody since \d{4}-/);
    expect(await cluster.world()).toEqual(before);
  });
});
