import { afterEach, describe, expect, it } from 'vitest';
import { openShop, shopManifests, type Shop } from './kubernetes-shop.js';

let shop: Shop;
afterEach(() => shop.close());

const NONE = { said: 'done', value: [] };
const API = '/apis/apps/v1/namespaces/shop/deployments/api';
const manifests = shopManifests();

/** What a program or a person changes, under the name of a manager. */
async function edit(path: string, manager: string, patch: object): Promise<void> {
  const { status, text } = await shop.client.call('PATCH', `${path}?fieldManager=${manager}`, {
    contentType: 'application/merge-patch+json',
    body: patch,
  });
  expect(status, text).toBe(200);
}

describe('drift of a set of objects', () => {
  it('is none after a deployment, for every kind of it, and after an autoscaler has done its work', async () => {
    shop = await openShop();
    const drive = await shop.deploy('ok-1', { manifests });
    await edit(API, 'kube-controller-manager', { spec: { replicas: 7 } });

    expect(drive.failure).toBeUndefined();
    expect(await shop.drift('ok-1', drive, { manifests })).toEqual(NONE);
  });

  it('is none for fields that others have added, or that the rules of the target leave to them', async () => {
    shop = await openShop();
    const spec = { conflicts: { managers: { 'istio*': 'leave' as const } } };
    const drive = await shop.deploy('ok-1', { manifests, spec });
    await edit(API, 'kubectl-edit', { metadata: { annotations: { 'example.com/owner': 'ann' } } });
    await edit('/apis/networking.k8s.io/v1/namespaces/shop/ingresses/api', 'istio-pilot', {
      spec: { rules: [] },
    });

    expect(await shop.drift('ok-1', drive, { manifests, spec })).toEqual(NONE);
    expect(await shop.drift('ok-1', drive, { manifests })).toMatchObject({
      said: 'done',
      value: [{ name: 'Ingress shop/api', change: 'changed' }],
    });
  });

  it('compares versioned configuration under the names that it was deployed with', async () => {
    shop = await openShop();
    const spec = { configuration: 'versioned' as const };
    await shop.deploy('ok-1', { manifests, spec });
    const changed = shopManifests({ greeting: 'bye' });
    const drive = await shop.deploy('ok-2', { manifests: changed, spec });

    expect(await shop.drift('ok-2', drive, { manifests: changed, spec })).toEqual(NONE);
    await shop.client.call('DELETE', '/api/v1/namespaces/shop/configmaps/app-v001');
    expect(await shop.drift('ok-2', drive, { manifests: changed, spec })).toEqual({
      said: 'done',
      value: [{ name: 'ConfigMap shop/app-v001', change: 'gone', fields: [] }],
    });
  });

  it('writes nothing and is not known while the cluster is away or refuses to be asked', async () => {
    shop = await openShop();
    const drive = await shop.deploy('ok-1', { manifests });
    shop.sim.cluster.mutations.clear();
    await shop.drift('ok-1', drive, { manifests });

    expect(shop.sim.cluster.mutations.list()).toEqual([]);
    shop.sim.faults.add({ kind: 'drop-connection', match: { resource: 'services' }, times: 100 });
    expect(await shop.drift('ok-1', drive, { manifests })).toMatchObject({ said: 'wait' });
    shop.sim.faults.clear();
    shop.sim.faults.add({ kind: 'status', code: 403, match: { verb: 'patch' }, times: 100 });
    expect(await shop.drift('ok-1', drive, { manifests })).toMatchObject({
      said: 'failed',
      failure: { code: 'k8s.access-denied' },
    });
  });
});
