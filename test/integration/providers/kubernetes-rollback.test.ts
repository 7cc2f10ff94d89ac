import { afterEach, describe, expect, it } from 'vitest';
import { openShop, shopManifests, type Shop } from './kubernetes-shop.js';

let shop: Shop;
afterEach(() => shop.close());

const DEPLOYMENT = '/apis/apps/v1/namespaces/shop/deployments/api';
const SECRET = '/api/v1/namespaces/shop/secrets/db';
const extra = '---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: extra}}\n';
const bad = shopManifests({ greeting: 'bye', password: 'swordfish', extra });

describe('rolling back on Kubernetes', () => {
  it('brings every object back as it was, owners of fields included, and deletes what was made', async () => {
    shop = await openShop();
    await shop.deploy('ok-1', { manifests: shopManifests() });
    const before = await shop.world();

    const { state, failure, evidence } = await shop.deploy('crash-2', { manifests: bad });

    expect(state).toBe('rolled_back');
    expect(failure).toMatchObject({ code: 'k8s.crash-loop' });
    expect(evidence?.firstCause).toMatch(/Container api of pod api-\S+ exited with code 1/);
    expect(evidence?.lines.join('\n')).toContain('cannot reach its database');
    expect(await shop.world()).toEqual(before);
  });

  it('brings back objects that kubectl had applied, to kubectl', async () => {
    shop = await openShop();
    const { client } = shop;
    const configMap = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'app',
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"GREETING":"hi"}}' },
      },
      data: { GREETING: 'hi', OLD: 'yes' },
    };
    await client.call('POST', '/api/v1/namespaces/shop/configmaps?fieldManager=kubectl-client-side-apply', {
      body: configMap,
    });
    const before = await shop.world();

    const good = await shop.deploy('ok-1', { manifests: shopManifests() });
    expect((await client.get('/api/v1/namespaces/shop/configmaps/app')).body['data']).toEqual({
      GREETING: 'hello',
    });
    expect(good.state).toBe('succeeded');
    await client.call('DELETE', '/api/v1/namespaces/shop/configmaps/app');
    await client.call('POST', '/api/v1/namespaces/shop/configmaps?fieldManager=kubectl-client-side-apply', {
      body: configMap,
    });
    const { state } = await shop.deploy('crash-2', { manifests: bad });

    expect(state).toBe('rolled_back');
    const [was, is] = [before, await shop.world()].map((world) => {
      const { metadata, ...rest } = world['configmaps/app'] as { metadata: Record<string, unknown> };
      const { uid: _, creationTimestamp: __, ...kept } = metadata;
      return { ...rest, metadata: kept };
    });
    expect(is).toEqual(was);
  });

  it('does not call it rolled back when somebody else has put another image there', async () => {
    shop = await openShop();
    await shop.deploy('ok-1', { manifests: shopManifests() });
    const setImage = {
      contentType: 'application/strategic-merge-patch+json',
      body: { spec: { template: { spec: { containers: [{ name: 'api', image: 'shop/api:ok-9' }] } } } },
    };

    const edited = await shop.deploy('image-not-found', {
      manifests: bad,
      async before(place) {
        if (place === 'back:restore')
          await shop.client.call('PATCH', `${DEPLOYMENT}?fieldManager=kubectl-set`, setImage);
      },
    });

    expect(edited).toMatchObject({ state: 'rollback_failed', failure: { code: 'target.changed-elsewhere' } });
    expect(edited.failure?.detail).toContain('shop/api:ok-9');
  });

  it('does not call it rolled back when somebody has put another object in the place of ours', async () => {
    shop = await openShop();
    await shop.deploy('ok-1', { manifests: shopManifests() });
    const { metadata: _, status: __, ...body } = (await shop.client.get(DEPLOYMENT)).body;
    let isReplaced = false;

    const { state, failure } = await shop.deploy('image-not-found', {
      manifests: bad,
      async before(place) {
        if (place !== 'back:restore' || isReplaced) return;
        isReplaced = true;
        await shop.client.call('DELETE', DEPLOYMENT);
        const collection = '/apis/apps/v1/namespaces/shop/deployments?fieldManager=kubectl-replace';
        await shop.client.call('POST', collection, { body: { ...body, metadata: { name: 'api' } } });
      },
    });

    expect({ state, code: failure?.code }).toEqual({ state: 'rollback_failed', code: 'k8s.object-replaced' });
  });

  it('keeps the replicas that the autoscaler chose in the meantime', async () => {
    shop = await openShop();
    await shop.deploy('ok-1', { manifests: shopManifests() });
    const scale = (replicas: number) =>
      shop.client.call('PATCH', `${DEPLOYMENT}/scale?fieldManager=kube-controller-manager`, {
        contentType: 'application/merge-patch+json',
        body: { spec: { replicas } },
      });
    await scale(4);

    const { state } = await shop.deploy('image-not-found', {
      manifests: bad,
      async before(place) {
        if (place === 'back:restore') await scale(7);
      },
    });

    expect(state).toBe('rolled_back');
    expect((await shop.client.get(DEPLOYMENT)).body).toMatchObject({ spec: { replicas: 7 } });
  });

  it('leaves a field alone that somebody else has edited since', async () => {
    shop = await openShop();
    await shop.deploy('ok-1', { manifests: shopManifests() });

    const { state } = await shop.deploy('image-not-found', {
      manifests: bad,
      async before(place) {
        if (place !== 'back:restore') return;
        await shop.client.call('PATCH', '/api/v1/namespaces/shop/configmaps/app?fieldManager=kubectl-edit', {
          contentType: 'application/merge-patch+json',
          body: { data: { URGENT: 'fix' } },
        });
      },
    });

    expect(state).toBe('rolled_back');
    expect((await shop.client.get('/api/v1/namespaces/shop/configmaps/app')).body['data']).toEqual({
      GREETING: 'hello',
      URGENT: 'fix',
    });
  });

  it('never lets the values of a Secret leave the cluster', async () => {
    shop = await openShop();
    await shop.deploy('ok-1', { manifests: shopManifests({ password: 'sesame' }) });

    const { state, baseline, lines } = await shop.deploy('image-not-found', { manifests: bad });

    expect(state).toBe('rolled_back');
    expect(JSON.stringify([baseline, lines])).not.toMatch(/sesame|c2VzYW1l|swordfish|c3dvcmRmaXNo/);
    expect((await shop.client.get(SECRET)).body['data']).toEqual({ password: 'c2VzYW1l' });
  });

  it('keeps a Secret beside itself for one deployment, and no longer once it has left the set', async () => {
    shop = await openShop();
    const copies = async () =>
      Object.keys(await shop.world()).filter((name) => name.includes('beanpod-kept'));
    await shop.deploy('ok-1', { manifests: shopManifests() });
    expect(await copies()).toEqual([]);
    await shop.deploy('ok-2', { manifests: shopManifests() });
    expect(await copies()).toHaveLength(1);

    const without = shopManifests()
      .replace(/apiVersion: v1\nkind: Secret[\s\S]*?---\n/, '')
      .replace(', {secretRef: {name: db}}', '');
    const { state, failure } = await shop.deploy('ok-3', { manifests: without });

    expect(state, failure?.detail).toBe('succeeded');
    expect(await copies()).toEqual([]);
  });

  it('removes a bad first version, or leaves it where the target says so', async () => {
    shop = await openShop();
    const empty = await shop.world();
    const first = await shop.deploy('image-not-found', { manifests: shopManifests() });
    expect(first.state).toBe('rolled_back');
    expect(await shop.world()).toEqual(empty);

    const left = await shop.deploy('image-not-found', {
      manifests: shopManifests(),
      spec: { onFirstFailure: 'leave' },
    });

    expect(left.state).toBe('failed');
    expect(Object.keys(await shop.world())).toContain('deployments/api');
  });

  it('leaves what left the set as it is, and makes again what somebody else has deleted of it', async () => {
    shop = await openShop();
    const other = '---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: other}}\n';
    await shop.deploy('ok-1', { manifests: shopManifests({ extra: extra + other }) });
    const before = await shop.world();
    const taken = '/api/v1/namespaces/shop/configmaps/other';

    const { state, lines } = await shop.deploy('image-not-found', {
      manifests: shopManifests(),
      spec: { prune: true },
      before: async (place) => {
        if (place === 'forward:await-0') await shop.client.call('DELETE', taken);
      },
    });

    expect(state, lines.join('\n')).toBe('rolled_back');
    expect(lines).toContain('ConfigMap shop/other: created again; its uid is a new one');
    const after = await shop.world();
    expect(Object.keys(after)).toEqual(Object.keys(before));
    expect(after['configmaps/extra']).toEqual(before['configmaps/extra']);
    expect(after['deployments/api']).toEqual(before['deployments/api']);
  });

  it('says what it could not bring back when the cluster refuses', async () => {
    shop = await openShop();
    await shop.deploy('ok-1', { manifests: shopManifests() });
    shop.sim.faults.add({
      kind: 'status',
      code: 403,
      times: 1_000,
      match: { verb: 'update', resource: 'services' },
    });

    const { state, failure } = await shop.deploy('image-not-found', { manifests: bad });

    expect(state).toBe('rollback_failed');
    expect(failure).toMatchObject({ code: 'k8s.access-denied' });
  });

  it('does not wait for a workload that was broken before', async () => {
    shop = await openShop();
    await shop.deploy('ok-1', { manifests: shopManifests() });
    await shop.client.call('PATCH', `${DEPLOYMENT}?fieldManager=kubectl-edit`, {
      contentType: 'application/strategic-merge-patch+json',
      body: { spec: { template: { spec: { containers: [{ name: 'api', image: 'api:crash' }] } } } },
    });

    const { state, lines } = await shop.deploy('image-not-found', { manifests: bad });

    expect(state).toBe('rolled_back');
    expect(lines).toContain('Deployment api was not healthy before the deployment; it is not waited for');
    expect(JSON.stringify((await shop.client.get(DEPLOYMENT)).body['spec'])).toContain('api:crash');
  });
});
