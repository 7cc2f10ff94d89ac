import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { DriftView } from '../../../src/shared/contract/drift.js';
import type { EnvironmentStatus } from '../../../src/shared/contract/snapshot.js';
import { textWith } from '../../support/caller.js';
import { startLiveCluster, type LiveCluster } from '../../support/live-cluster.js';

const SLOW = { timeout: 60_000, interval: 100 };
const TEST_MS = 120_000;
const PASSWORD = 'correct-horse-battery-staple';
const NAMESPACE = '/api/v1/namespaces/shop';
const API = '/apis/apps/v1/namespaces/shop/deployments/api';

const MANIFESTS = `
apiVersion: v1
kind: ConfigMap
metadata: {name: app}
data: {GREETING: hello, COLOUR: red}
---
apiVersion: v1
kind: Secret
metadata: {name: db}
stringData: {password: "{{password}}"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  replicas: 2
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      containers:
        - name: api
          image: registry.example.com/shop/api
          env: [{name: PASSWORD, value: "{{password}}"}, {name: SIZE, value: large}]
          envFrom: [{configMapRef: {name: app}}]
`;

let world: LiveCluster;
afterEach(() => world.sim.faults.clear());

/** A cluster with a worker that looks by itself every so many minutes, of 600 ms here. */
async function openWorld(minutes: number): Promise<void> {
  const drift = { BEANPOD_DRIFT_MINUTES: String(minutes) };
  world = await startLiveCluster({}, { BEANPOD_SECRET_DB: PASSWORD, ...drift });
  await world.startWorker();
  const cluster = { type: 'kubeconfig', kubeconfig: 'env:BEANPOD_SECRET_SIM' };
  const parameters = { password: 'env:BEANPOD_SECRET_DB' };
  await world.api.configure('shop-api', 'staging', {
    provider: 'kubernetes',
    spec: { cluster, namespace: 'shop', manifests: MANIFESTS, parameters },
    verify: { stabilityMs: 0 },
  });
}

async function accept(version: string): Promise<string> {
  const artifact = { type: 'images', images: [`registry.example.com/shop/api:${version}`] };
  const request = { service: 'shop-api', environment: 'staging', version, artifact };
  const { status, body, text } = await world.api.call().post('/v1/deployments').send(request);
  expect(status, text).toBe(202);
  return body.id;
}

async function deploy(version: string): Promise<string> {
  const id = await accept(version);
  await vi.waitFor(async () => {
    const { text } = await world.api.call().get(`/v1/deployments/${id}`);
    expect(JSON.parse(text), text).toMatchObject({ state: 'succeeded' });
  }, SLOW);
  return id;
}

async function drift(service = 'shop-api'): Promise<DriftView> {
  const { status, text } = await world.api.call().get(`/v1/targets/${service}/staging/drift`);
  expect(status, text).toBe(200);
  return JSON.parse(text) as DriftView;
}

async function statusOf(service: string) {
  const { text } = await world.api.call().get('/v1/environments/staging/status');
  return (JSON.parse(text) as EnvironmentStatus).services.find((one) => one.service === service);
}

/** What somebody at a terminal changes. */
async function edit(path: string, patch: object): Promise<void> {
  const { status, text } = await world.client.call('PATCH', `${path}?fieldManager=kubectl-edit`, {
    contentType: 'application/strategic-merge-patch+json',
    body: patch,
  });
  expect(status, text).toBe(200);
}

describe('drift of a Kubernetes target', () => {
  beforeAll(() => openWorld(0), TEST_MS);
  afterAll(() => world.close());

  test(
    'begins with what somebody changed, names objects and fields, hides secrets, and ends with a deployment',
    async () => {
      const first = await deploy('ok-1');
      expect(await drift()).toMatchObject({
        state: 'none',
        deployment: first,
        version: 'ok-1',
        objects: [],
        more: 0,
      });

      await edit(`${NAMESPACE}/configmaps/app`, { data: { GREETING: 'bye', EXTRA: 'theirs' } });
      await edit(`${NAMESPACE}/secrets/db`, { data: { password: Buffer.from('stolen').toString('base64') } });
      const env = [
        { name: 'PASSWORD', value: 'another-secret-word' },
        { name: 'SIZE', value: 'small' },
      ];
      await edit(API, {
        spec: { replicas: 5, template: { spec: { containers: [{ name: 'api', env }] } } },
      });
      const seen = await drift();

      expect(seen).toMatchObject({ state: 'drifted', deployment: first, more: 0 });
      const container = '.spec.template.spec.containers[name=api]';
      expect(seen.objects).toEqual([
        {
          name: 'ConfigMap shop/app',
          change: 'changed',
          fields: [{ path: '.data.GREETING', recorded: '"hello"', live: '"bye"' }],
          more: 0,
        },
        { name: 'Secret shop/db', change: 'changed', fields: [{ path: '.data.password' }], more: 0 },
        {
          name: 'Deployment shop/api',
          change: 'changed',
          fields: expect.arrayContaining([
            { path: '.spec.replicas', recorded: '2', live: '5' },
            { path: `${container}.env[name=PASSWORD].value` },
            { path: `${container}.env[name=SIZE].value`, recorded: '"large"', live: '"small"' },
          ]) as unknown,
          more: 0,
        },
      ]);
      const text = JSON.stringify([seen, await statusOf('shop-api')]);
      for (const secret of [PASSWORD, 'stolen', 'another-secret-word']) expect(text).not.toContain(secret);

      const again = await drift();
      expect(again.since).toBe(seen.since);
      expect((await statusOf('shop-api'))?.drift).toEqual({
        state: 'drifted',
        at: again.at,
        since: seen.since,
        objects: 3,
      });
      const second = await deploy('ok-2');
      expect((await statusOf('shop-api'))?.drift).toBeUndefined();
      expect(await drift()).toMatchObject({ state: 'none', deployment: second });
    },
    TEST_MS,
  );

  test(
    'shows objects that are gone',
    async () => {
      await world.client.call('DELETE', `${NAMESPACE}/configmaps/app`);

      expect((await drift()).objects).toEqual([
        { name: 'ConfigMap shop/app', change: 'gone', fields: [], more: 0 },
      ]);
      await deploy('ok-3');
      expect((await drift()).state).toBe('none');
    },
    TEST_MS,
  );

  test(
    'is unknown since the cluster is away, and never none',
    async () => {
      await deploy('ok-4');
      const known = await drift();
      world.sim.faults.add({ kind: 'drop-connection', times: 1_000 });
      const away = await drift();
      const still = await drift();

      expect(away).toMatchObject({
        state: 'unknown',
        objects: [],
        because: textWith('the cluster did not answer'),
      });
      expect(still.since).toBe(away.since);
      expect((await statusOf('shop-api'))?.drift).toMatchObject({
        state: 'unknown',
        since: away.since,
        objects: 0,
      });
      world.sim.faults.clear();
      const back = await drift();
      expect(back.state).toBe('none');
      expect(back.since > known.since).toBe(true);
    },
    TEST_MS,
  );

  test(
    'is not looked for while a deployment holds the target, nor where nothing was deployed',
    async () => {
      await deploy('ok-5');
      const before = await drift();
      world.sim.faults.add({ kind: 'slow', delayMs: 5_000, match: { verb: 'patch' } });
      const id = await accept('ok-6');
      await expect
        .poll(async () => (await world.api.call().get(`/v1/deployments/${id}`)).body.state, SLOW)
        .not.toBe('queued');

      expect(await drift()).toMatchObject({
        state: 'unknown',
        because: `Deployment ${id} is at work on the target`,
      });
      expect((await statusOf('shop-api'))?.drift).toMatchObject({ state: 'none', at: before.at });
      await expect
        .poll(async () => (await world.api.call().get(`/v1/deployments/${id}`)).body.state, SLOW)
        .toBe('succeeded');
      expect(await drift('other')).toMatchObject({
        state: 'unknown',
        because: 'Nothing has been deployed there yet',
      });
      expect((await world.api.call().get('/v1/targets/nobody/staging/drift')).body).toMatchObject({
        code: 'target.unknown',
      });
    },
    TEST_MS,
  );
});

describe('a worker that looks by itself', () => {
  beforeAll(() => openWorld(1), TEST_MS);
  afterAll(() => world.close());

  test(
    'finds what somebody changed, and that nobody can know',
    async () => {
      const drifted = () => statusOf('shop-api').then((status) => status?.drift);
      await deploy('ok-1');
      await expect.poll(async () => (await drifted())?.state, SLOW).toBe('none');

      await edit(`${NAMESPACE}/configmaps/app`, { data: { COLOUR: 'blue' } });
      await expect.poll(drifted, SLOW).toMatchObject({ state: 'drifted', objects: 1 });

      world.sim.faults.add({ kind: 'drop-connection', times: 100_000 });
      await expect.poll(drifted, SLOW).toMatchObject({
        state: 'unknown',
        objects: 0,
        because: textWith('the cluster did not answer'),
      });
    },
    TEST_MS,
  );
});
