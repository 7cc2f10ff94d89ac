import { afterEach, describe, expect, it } from 'vitest';
import { openShop, shopManifests, type Shop } from './kubernetes-shop.js';

let shop: Shop;
afterEach(() => shop.close());

const CONFIG_MAP = '/api/v1/namespaces/shop/configmaps/app';

/** Somebody else applies a value of the ConfigMap. */
async function claimedBy(manager: string): Promise<void> {
  await shop.client.call('PATCH', `${CONFIG_MAP}?fieldManager=${manager}&force=true`, {
    contentType: 'application/apply-patch+yaml',
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'app' }, data: { GREETING: 'theirs' } },
  });
}

async function greeting(): Promise<unknown> {
  return ((await shop.client.get(CONFIG_MAP)).body['data'] as Record<string, unknown>)['GREETING'];
}

describe('fields with two owners', () => {
  it('are reported with field, owner and time before anything is written', async () => {
    shop = await openShop();
    await claimedBy('config-sync');
    shop.sim.cluster.mutations.clear();

    const { state, failure } = await shop.deploy('ok-1', { manifests: shopManifests() });

    expect(state).toBe('failed');
    expect(failure).toMatchObject({ code: 'k8s.conflict' });
    expect(failure?.detail).toMatch(
      /^ConfigMap shop\/app: \.data\.GREETING is owned by config-sync since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
    );
    expect(shop.sim.cluster.mutations.list()).toEqual([]);
  });

  it.each([
    ['take', 'hello'],
    ['leave', 'theirs'],
  ] as const)('go the way of the target: %s', async (rule, value) => {
    shop = await openShop();
    await claimedBy('config-sync');

    const { state, failure } = await shop.deploy('ok-1', {
      manifests: shopManifests(),
      spec: { conflicts: { managers: { 'config-*': rule } } },
    });

    expect(state, failure?.detail).toBe('succeeded');
    expect(await greeting()).toBe(value);
  });

  it('are taken from an earlier deployer, together with what the set no longer names', async () => {
    shop = await openShop();
    await shop.client.call(
      'POST',
      '/api/v1/namespaces/shop/configmaps?fieldManager=kubectl-client-side-apply',
      {
        body: {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: {
            name: 'app',
            annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
          },
          data: { GREETING: 'old', GONE: 'yes' },
        },
      },
    );

    const { state } = await shop.deploy('ok-1', { manifests: shopManifests() });

    expect(state).toBe('succeeded');
    const { metadata, data } = (await shop.client.get(CONFIG_MAP)).body;
    expect(data).toEqual({ GREETING: 'hello' });
    expect(metadata.annotations).not.toHaveProperty(['kubectl.kubernetes.io/last-applied-configuration']);
    expect(metadata.managedFields?.map(({ manager }) => manager)).toEqual(['beanpod-api-staging']);
  });

  it('are never shared by two targets', async () => {
    shop = await openShop();
    await shop.deploy('ok-1', { manifests: shopManifests() });

    const { state, failure } = await shop.deploy('ok-1', { manifests: shopManifests(), service: 'web' });

    expect(state).toBe('failed');
    expect(failure?.detail).toContain('ConfigMap shop/app belongs to the target api/staging');
  });
});

describe('a worker that was overtaken', () => {
  it('waits instead of writing over a newer owner', async () => {
    shop = await openShop();
    await shop.deploy('ok-1', { manifests: shopManifests() });
    let isOvertaken = false;
    const said: string[] = [];

    const { lines } = await shop.deploy('ok-2', {
      manifests: shopManifests({ greeting: 'bye' }),
      async before(place) {
        if (place !== 'forward:apply-0') return;
        const epoch = isOvertaken ? '1' : '99';
        isOvertaken = true;
        said.push(epoch);
        await shop.client.call('PATCH', `${CONFIG_MAP}?fieldManager=beanpod-api-staging`, {
          contentType: 'application/merge-patch+json',
          body: { metadata: { annotations: { 'beanpod.dev/epoch': epoch } } },
        });
      },
    });

    expect(said.length).toBeGreaterThan(1);
    expect(lines).toContain('(ConfigMap shop/app was written by a newer owner of this target)');
    expect(await greeting()).toBe('bye');
  });

  it('loses against a write that came between its look and its own', async () => {
    shop = await openShop();
    await shop.deploy('ok-1', { manifests: shopManifests() });
    shop.sim.faults.add({
      kind: 'status',
      code: 409,
      message: 'Operation cannot be fulfilled: the object has been modified',
      match: { verb: 'patch', resource: 'services' },
      skip: 1,
    });

    const { state } = await shop.deploy('ok-2', { manifests: shopManifests() });

    expect(state).toBe('succeeded');
  });
});
