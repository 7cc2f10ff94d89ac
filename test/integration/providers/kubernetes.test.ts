import { afterEach, describe, expect, it } from 'vitest';
import { openShop, shopManifests, workload, type Shop } from './kubernetes-shop.js';

let shop: Shop;
afterEach(() => shop.close());

const DEPLOYMENT = '/apis/apps/v1/namespaces/shop/deployments/api';

function mutations(): readonly string[] {
  return shop.sim.cluster.mutations.list().map(({ verb, kind, name }) => `${verb} ${kind} ${name}`);
}

describe('deploying to Kubernetes', () => {
  it('applies a whole set, waits for it and records it', async () => {
    shop = await openShop();

    const { state, failure, lines } = await shop.deploy('ok-1', { manifests: shopManifests() });

    expect(failure, lines.join('\n')).toBeUndefined();
    expect(state).toBe('succeeded');
    expect(Object.keys(await shop.world()).sort()).toEqual([
      'configmaps/app',
      'configmaps/beanpod-api-staging',
      'customresourcedefinitions/widgets.shop.example.com',
      'deployments/api',
      'horizontalpodautoscalers/api',
      'ingresses/api',
      'secrets/db',
      'services/api',
      'widgets/one',
    ]);
  });

  it('writes nothing when the server refuses the third object, and names it', async () => {
    shop = await openShop();
    await shop.deploy('ok-1', { manifests: shopManifests() });
    const before = await shop.world();
    shop.sim.cluster.mutations.clear();

    const { state, failure } = await shop.deploy('ok-2', {
      manifests: shopManifests({ greeting: 'bye' }).replace('replicas: 2', 'replicaz: 2'),
    });

    expect(state).toBe('failed');
    expect(failure).toMatchObject({ code: 'k8s.object-refused' });
    expect(failure?.detail).toContain('Deployment shop/api (target:12 (document 3, Deployment api))');
    expect(failure?.detail).toContain('replicaz');
    expect(mutations()).toEqual([]);
    expect(await shop.world()).toEqual(before);
  });

  it('writes nothing without every permission, and lists those that are missing', async () => {
    shop = await openShop();
    shop.sim.tokens.add({
      name: 'beanpod',
      rules: [{ verbs: ['get', 'list', 'watch', 'patch'], apiGroups: ['*'], resources: ['*'] }],
    });

    const { state, failure } = await shop.deploy('ok-1', { manifests: shopManifests() });

    expect(state).toBe('failed');
    expect(failure).toMatchObject({ code: 'k8s.permission-missing', blame: 'operator' });
    expect(failure?.detail).toContain('create, delete deployments.apps in shop');
    expect(mutations()).toEqual([]);
  });

  it('names a kind that the cluster lacks, with what it serves instead', async () => {
    shop = await openShop();

    const { failure } = await shop.deploy('ok-1', {
      manifests: workload('api').replace('apps/v1', 'apps/v1beta1'),
    });

    expect(failure).toMatchObject({
      code: 'k8s.kind-unknown',
      detail: 'The cluster does not serve apps/v1beta1 Deployment; it serves apps/v1 Deployment',
    });
  });

  it('names an image of the version that no container uses', async () => {
    shop = await openShop();

    const { failure } = await shop.deploy('ok-1', { manifests: workload('api'), images: ['shop/web:1'] });

    expect(failure).toMatchObject({ code: 'k8s.image-unmatched', blame: 'request' });
    expect(failure?.detail).toContain(
      'image shop/web:1: no container uses the repository docker.io/shop/web',
    );
  });

  it('names a namespace that is missing, and makes one that is part of the set', async () => {
    shop = await openShop();
    const lost = await shop.deploy('ok-1', { manifests: workload('api', 'namespace: other') });
    expect(lost.failure).toMatchObject({ code: 'k8s.namespace-missing' });

    const made = await shop.deploy('ok-1', {
      manifests: `{apiVersion: v1, kind: Namespace, metadata: {name: other}}\n---${workload('api', 'namespace: other')}`,
    });

    expect(made.failure).toBeUndefined();
    expect((await shop.client.get('/apis/apps/v1/namespaces/other/deployments/api')).status).toBe(200);
  });

  it('leaves the replicas of a workload to its autoscaler', async () => {
    shop = await openShop();
    await shop.deploy('ok-1', { manifests: shopManifests() });
    await shop.client.call('PATCH', `${DEPLOYMENT}/scale?fieldManager=kube-controller-manager`, {
      contentType: 'application/merge-patch+json',
      body: { spec: { replicas: 7 } },
    });

    const { state } = await shop.deploy('ok-2', { manifests: shopManifests() });

    expect(state).toBe('succeeded');
    expect((await shop.client.get(DEPLOYMENT)).body).toMatchObject({ spec: { replicas: 7 } });
    const without = shopManifests().replace(/apiVersion: autoscaling[\s\S]*?---\n/, '');
    await shop.client.call('DELETE', '/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers/api');
    const taken = await shop.deploy('ok-2', {
      manifests: without,
      spec: { conflicts: { managers: { 'kube-controller-manager': 'take' } } },
    });
    expect(taken.state, taken.failure?.detail).toBe('succeeded');
    expect((await shop.client.get(DEPLOYMENT)).body).toMatchObject({ spec: { replicas: 2 } });
  });

  it('restarts nothing when nothing but the version has changed', async () => {
    shop = await openShop();
    const manifests = shopManifests();
    await shop.deploy('1', { manifests, images: ['registry.example.com/shop/api:ok-1'] });
    const { generation } = (await shop.client.get(DEPLOYMENT)).body.metadata;

    const { state } = await shop.deploy('2', { manifests, images: ['registry.example.com/shop/api:ok-1'] });

    expect(state).toBe('succeeded');
    expect((await shop.client.get(DEPLOYMENT)).body.metadata).toMatchObject({
      generation,
      annotations: { 'beanpod.dev/version': '2' },
    });
  });

  it('applies a wave only when the one before is healthy', async () => {
    shop = await openShop();
    const manifests = [
      workload('last', 'annotations: {beanpod.dev/wave: "1"}'),
      workload('first', 'annotations: {argocd.argoproj.io/sync-wave: "-1"}'),
    ].join('---');
    const readyAtApply: unknown[] = [];

    const { state } = await shop.deploy('ok-1', {
      manifests,
      async before(place) {
        if (place !== 'forward:apply-1') return;
        const first = await shop.client.get('/apis/apps/v1/namespaces/shop/deployments/first');
        readyAtApply.push((first.body['status'] as { readyReplicas?: number }).readyReplicas);
      },
    });

    expect(state).toBe('succeeded');
    expect(readyAtApply[0]).toBe(1);
  });

  it('sends checks to what the set offers', async () => {
    shop = await openShop();
    await shop.deploy('ok-1', { manifests: shopManifests() });

    expect(await shop.endpoint('ok-1', { manifests: shopManifests() })).toBe('http://shop.example.com');
    expect(await shop.endpoint('ok-1', { manifests: workload('api') })).toBeUndefined();
  });

  it('shows warnings, differences and what would be deleted in a preview, and writes nothing', async () => {
    shop = await openShop();
    await shop.deploy('ok-1', {
      manifests: shopManifests({ extra: '---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: gone}}\n' }),
    });
    shop.sim.cluster.mutations.clear();

    const lines = await shop.preview('latest', {
      manifests: shopManifests({ greeting: 'bye', password: 'swordfish' }),
      spec: { prune: true },
    });

    expect(lines).toContain('ConfigMap shop/app: .data.GREETING: "hello" → "bye"');
    expect(lines).toContain('Secret shop/db: .data.password: changes');
    expect(lines).toContain('ConfigMap gone: would be deleted, as it left the set');
    expect(lines.join('\n')).toMatch(/Warning: image registry\.example\.com\/shop\/api:latest/);
    expect(lines.join('\n')).not.toMatch(/swordfish|c3dvcmRmaXNo/);
    expect(mutations()).toEqual([]);
  });
});

describe('hooks', () => {
  const job = (name: string, hook: string, behaviour: string) => `---
apiVersion: batch/v1
kind: Job
metadata: {name: ${name}, annotations: {beanpod.dev/hook: ${hook}}}
spec:
  backoffLimit: 0
  template:
    metadata: {annotations: {sim.beanpod.dev/behaviour: ${behaviour}}}
    spec: {restartPolicy: Never, containers: [{name: run, image: 'registry.example.com/tool:1'}]}
`;

  it('run before and after the set, under names of their own, with their logs in the log', async () => {
    shop = await openShop();
    const manifests =
      workload('api') + job('migrate', 'pre-deploy', 'exit') + job('smoke', 'post-deploy', 'exit');

    for (const version of ['ok-1', 'ok-2']) {
      const { state, failure, lines } = await shop.deploy(version, { manifests });

      expect(state, failure?.detail).toBe('succeeded');
      const at = (text: string) => lines.findIndex((line) => line.includes(text));
      expect(at('started')).toBeLessThan(at('Deployment shop/api: c'));
      const after = lines.slice(at('Deployment shop/api: c'));
      expect(after.some((line) => /^Job shop\/smoke-\S+: ended well$/.test(line))).toBe(true);
      expect(lines.some((line) => /^\[migrate-\S+\/run\] /.test(line))).toBe(true);
    }
    const jobs = Object.keys(await shop.world()).filter((name) => name.startsWith('jobs/migrate-'));
    expect(jobs).toHaveLength(2);
  });

  it('stop the deployment before anything is touched when one that comes first fails', async () => {
    shop = await openShop();
    const manifests = workload('api') + job('migrate', 'pre-deploy', 'crash');

    const { state, failure } = await shop.deploy('ok-1', { manifests });

    expect(state).toBe('failed');
    expect(failure).toMatchObject({ code: 'k8s.hook-failed' });
    expect(mutations().filter((line) => !line.includes('Job'))).toEqual([]);
  });

  it('roll the deployment back when one that comes last fails', async () => {
    shop = await openShop();
    await shop.deploy('ok-1', { manifests: workload('api') });

    const { state } = await shop.deploy('ok-2', {
      manifests: workload('api') + job('smoke', 'post-deploy', 'crash'),
    });

    expect(state).toBe('rolled_back');
    expect(JSON.stringify((await shop.client.get(DEPLOYMENT)).body['spec'])).toContain('api:ok-1');
  });
});
