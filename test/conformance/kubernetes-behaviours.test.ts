import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { State } from '../../src/shared/domain/state.js';
import { SHOP_IMAGE, useShopCluster } from '../support/shop-cluster.js';

const SPEED = 20;

/** After so many seconds Kubernetes itself says that a rollout does not progress, whatever the reason. */
const KUBERNETES_SAYS_S = 600;

/** How a pod behaves: by the tag of its image, by an annotation, or by more of its spec. */
interface Scene {
  readonly tag: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly pod?: Readonly<Record<string, unknown>>;
}

/** How a deployment ended. `afterS`: seconds of the cluster from the applied objects to the verdict. */
interface Ending {
  readonly state: State;
  readonly story: string;
  readonly afterS: number;
}

const cluster = useShopCluster({ speed: SPEED });
let cases = 0;
beforeAll(() => cluster.start());
afterAll(() => cluster.stop());

function manifestOf({ annotations = {}, pod = {} }: Scene): string {
  const readinessProbe = { httpGet: { port: 80 } };
  return stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'api' },
    spec: {
      selector: { matchLabels: { app: 'api' } },
      template: {
        metadata: { labels: { app: 'api' }, annotations },
        spec: { containers: [{ name: 'web', image: SHOP_IMAGE, readinessProbe }], ...pod },
      },
    },
  });
}

/** Deploys it as the first version to a namespace of its own, by a real worker, until it has ended. */
async function deploy(scene: Scene): Promise<Ending> {
  cases += 1;
  const namespace = `case-${cases}`;
  await cluster.client.post('/api/v1/namespaces', { metadata: { name: namespace } });
  const wish = { service: namespace, manifests: manifestOf(scene), tag: scene.tag, stabilityMs: 30_000 };
  const { state, story, lines } = await cluster.deploy(wish);
  const applied = lines.find(
    ({ code, data }) => code === 'step.done' && data?.['step'] === 'forward:apply-0',
  );
  const judged = lines.find(({ code }) => code === 'deployment.rolling_back') ?? lines.at(-1);
  return {
    state,
    story,
    afterS: (((judged?.at ?? NaN) - (applied?.at ?? NaN)) * SPEED) / 1_000,
  };
}

describe.concurrent('a version whose pods', () => {
  it.each<[string, Scene]>([
    ['are well', { tag: 'ok-1' }],
    ['start slowly', { tag: 'slow-1' }],
    ['get their image at the third try', { tag: 'pull-flaky-1' }],
    ['have a large image', { tag: 'pull-slow-1' }],
    ['are evicted once', { tag: 'evicted-1' }],
    ['end slowly', { tag: 'slow-terminate-1' }],
    [
      'wait for a node that comes',
      { tag: '1', annotations: { 'sim.beanpod.dev/behaviour': 'unschedulable scale-up=60s' } },
    ],
  ])('%s succeeds', async (_, scene) => {
    const { state, story, afterS } = await deploy(scene);

    console.log(`${scene.tag}: ${state.name} after ${afterS.toFixed(1)} s of the cluster`);
    expect(state, story).toEqual({ name: 'succeeded' });
  });

  it.each<[string, string, RegExp, Scene]>([
    [
      'have an image that the registry does not know',
      'k8s.image-not-found',
      /web of pod api-\S+ cannot pull image registry\.example\.com\/shop\/api:image-not-found-1: .*not found$/,
      { tag: 'image-not-found-1' },
    ],
    [
      'may not pull their image',
      'k8s.image-denied',
      /cannot pull image \S+: .*pull access denied/,
      { tag: 'pull-denied-1' },
    ],
    ['crash', 'k8s.crash-loop', /Container web .* exited with code 1, 2 restarts/, { tag: 'crash-1' }],
    ['need more memory', 'k8s.out-of-memory', /lack of memory \(exit code 137\)/, { tag: 'oom-1' }],
    ['end by themselves', 'k8s.exits', /exit code 0, 3 restarts so far; is it a job/, { tag: 'exit-1' }],
    [
      'miss configuration',
      'k8s.config-missing',
      /configmap "scripted-config" not found/,
      { tag: 'config-missing-1' },
    ],
    [
      'name a program that is not there',
      'k8s.container-start',
      /executable file not found/,
      { tag: 'start-error-1' },
    ],
    ['miss a volume', 'k8s.mount-failed', /secret "scripted-secret" not found/, { tag: 'mount-missing-1' }],
    ['never pass their probe', 'k8s.not-ready', /asks GET :80\/.*statuscode: 503/, { tag: 'probe-fail-1' }],
    [
      'are killed by their probe',
      'health.flapping',
      /was ready and is not|then restarted/,
      { tag: 'liveness-fail-1' },
    ],
    ['flap after they were ready', 'health.flapping', /was ready and is not/, { tag: 'flap-1' }],
    [
      'crash after they were ready',
      'health.flapping',
      /exited with code 1|was ready and is not/,
      { tag: 'crash-after-ready-1' },
    ],
    ['fit no node', 'k8s.unschedulable', /Insufficient cpu/, { tag: 'unschedulable-1' }],
    ['exceed the quota', 'k8s.quota', /exceeded quota: scripted-quota/, { tag: 'quota-1' }],
    [
      'have an init container that fails',
      'k8s.crash-loop',
      /Init container prepare .* exited with code 1/,
      {
        tag: '1',
        pod: { initContainers: [{ name: 'prepare', image: 'registry.example.com/migrate:init-fail' }] },
      },
    ],
  ])('%s is rolled back for %s', async (_, code, says, scene) => {
    const { state, story, afterS } = await deploy(scene);

    const detail = state.name === 'rolled_back' ? state.cause.detail : '';
    console.log(`${scene.tag}: ${code} after ${afterS.toFixed(1)} s of the cluster: ${detail}`);
    expect(state, story).toMatchObject({ name: 'rolled_back', cause: { code } });
    expect(detail).toMatch(says);
    expect(story).toMatch(/Warning |container web/);
    expect(afterS).toBeLessThan(KUBERNETES_SAYS_S);
  });
});
