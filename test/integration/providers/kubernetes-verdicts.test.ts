import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/shared/domain/outcome.js';
import { configMap, CONFIG_MAPS, deployment } from '../simulators/kubernetes-session.js';
import { applied, openWatching, watchSet, type Verdict, type Watching } from './kubernetes-watching.js';

const SPEED = 20;
/** How long a version must stay healthy here, in the provider's milliseconds. */
const WINDOW_MS = 30_000;

let watching: Watching;
beforeAll(async () => {
  // The margin of a loaded machine is worth many simulated seconds at this speed.
  watching = await openWatching({ speed: SPEED, bookmarkMs: 1_000, times: { silence: 30_000 } });
});
afterAll(() => watching.close());

let count = 0;

interface Scene {
  readonly image: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly pod?: Readonly<Record<string, unknown>>;
}

/** Deploys one pod of a behaviour and looks until it fails, or has been healthy for the window. */
async function judge({ image, annotations = {}, pod = {} }: Scene): Promise<Verdict> {
  count += 1;
  const name = `app-${count}`;
  const template = {
    metadata: { labels: { app: name }, annotations },
    spec: { containers: [{ name: 'web', image, readinessProbe: { httpGet: { port: 80 } } }], ...pod },
  };
  const object = await applied(watching, deployment(name, image, { template }));
  let healthySince: number | undefined;
  return watchSet(watching, [object], SPEED, ({ outcome }, nowMs) => {
    healthySince = outcome.said === 'done' ? (healthySince ?? nowMs) : undefined;
    return healthySince !== undefined && nowMs - healthySince >= WINDOW_MS;
  });
}

function code(outcome: Outcome): string {
  return outcome.said === 'failed' ? outcome.failure.code : outcome.said;
}

function detail(outcome: Outcome): string {
  return outcome.said === 'failed' ? outcome.failure.detail : '';
}

describe.concurrent('the verdict about a simulated version', () => {
  it.each<[string, Scene]>([
    ['well', { image: 'shop/api:ok-1' }],
    ['slow', { image: 'shop/api:slow-1' }],
    ['late at the registry', { image: 'shop/api:pull-flaky-1' }],
    ['large', { image: 'shop/api:pull-slow-1' }],
    ['evicted once', { image: 'shop/api:evicted-1' }],
    [
      'unschedulable until a node comes',
      { image: 'shop/api:1', annotations: { 'sim.beanpod.dev/behaviour': 'unschedulable scale-up=60s' } },
    ],
  ])('of one that is %s is good', async (_, scene) => {
    const { outcome, afterS } = await judge(scene);

    console.log(`${scene.image}: healthy for ${WINDOW_MS / 1_000} s after ${afterS.toFixed(1)} s`);
    expect(detail(outcome)).toBe('');
    expect(outcome.said).toBe('done');
  });

  it.each<[string, RegExp, Scene]>([
    [
      'k8s.image-not-found',
      /web of pod app-.* cannot pull image shop\/api:image-not-found: failed to pull.* not found$/,
      { image: 'shop/api:image-not-found' },
    ],
    ['k8s.image-denied', /pull access denied/, { image: 'shop/api:pull-denied' }],
    ['k8s.crash-loop', /exited with code 1, 2 restarts/, { image: 'shop/api:crash-1' }],
    ['k8s.out-of-memory', /lack of memory \(exit code 137\)/, { image: 'shop/api:oom-1' }],
    ['k8s.exits', /exit code 0, 3 restarts/, { image: 'shop/api:exit-1' }],
    ['k8s.config-missing', /configmap "scripted-config" not found/, { image: 'shop/api:config-missing' }],
    ['k8s.container-start', /executable file not found/, { image: 'shop/api:start-error' }],
    ['k8s.mount-failed', /secret "scripted-secret" not found/, { image: 'shop/api:mount-missing' }],
    ['k8s.not-ready', /asks GET :80\/.*statuscode: 503/, { image: 'shop/api:probe-fail' }],
    ['health.flapping', /was ready and is not|then restarted/, { image: 'shop/api:liveness-fail' }],
    ['health.flapping', /was ready and is not/, { image: 'shop/api:flap-1' }],
    ['health.flapping', /exited with code 1/, { image: 'shop/api:crash-after-ready' }],
    ['k8s.unschedulable', /Insufficient cpu/, { image: 'shop/api:unschedulable' }],
    ['k8s.quota', /exceeded quota: scripted-quota/, { image: 'shop/api:quota' }],
    [
      'k8s.crash-loop',
      /Init container prepare .* exited with code 1/,
      {
        image: 'shop/api:1',
        pod: { initContainers: [{ name: 'prepare', image: 'shop/migrate:init-fail' }] },
      },
    ],
  ])('is %s, %s', async (expected, says, scene) => {
    const { outcome, afterS, material } = await judge(scene);

    console.log(`${scene.image}: ${code(outcome)} after ${afterS.toFixed(1)} s: ${detail(outcome)}`);
    expect(code(outcome)).toBe(expected);
    expect(detail(outcome)).toMatch(says);
    expect(material.lines.join('\n')).toMatch(/Warning |container web/);
  });

  it('is about the Service too', async () => {
    const object = await applied(watching, deployment('backed', 'shop/api:ok-1'));
    const services = '/api/v1/namespaces/default/services';
    const { body } = await watching.client.post(services, {
      metadata: { name: 'backed' },
      spec: { selector: { app: 'backed' }, ports: [{ port: 80 }] },
    });
    const { uid, resourceVersion } = body.metadata;
    const service = {
      ref: { apiVersion: 'v1', kind: 'Service', namespace: 'default', name: 'backed' },
      collection: services,
      written: { uid, resourceVersion },
    };

    const { objects } = await watchSet(
      watching,
      [object, service],
      SPEED,
      ({ outcome }) => outcome.said === 'done',
    );

    expect(objects.map(({ health }) => health.reason)).toEqual([
      '1 of 1 pods are new and available',
      '1 ready addresses are behind it',
    ]);
  });

  it('of an object that somebody deletes is bad', async () => {
    const object = await applied(watching, deployment('deleted', 'shop/api:slow-1'));
    const pending = watchSet(watching, [object], SPEED);
    await watching.client.call('DELETE', '/apis/apps/v1/namespaces/default/deployments/deleted');

    expect(code((await pending).outcome)).toBe('k8s.object-missing');
  });

  it('does not wait for configuration, which has no health', async () => {
    const { body } = await watching.client.post(CONFIG_MAPS, configMap('settings', { level: 'info' }));
    const { uid, resourceVersion } = body.metadata;
    const settings = {
      ref: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'settings' },
      collection: CONFIG_MAPS,
      written: { uid, resourceVersion },
    };

    const { outcome } = await watchSet(watching, [settings], SPEED, () => true);

    expect(outcome.said).toBe('done');
    expect(watching.count('list', 'configmaps')).toBe(0);
  });
});
