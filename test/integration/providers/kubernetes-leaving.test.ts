import { afterEach, describe, expect, it } from 'vitest';
import { openShop, shopManifests, workload, type Shop } from './kubernetes-shop.js';

let shop: Shop;
afterEach(() => shop.close());

const DEPLOYMENT = '/apis/apps/v1/namespaces/shop/deployments/api';

describe('what a set no longer needs', () => {
  it('gives every content of versioned configuration a name and keeps the old ones', async () => {
    shop = await openShop();
    const spec = { configuration: 'versioned' } as const;
    await shop.deploy('ok-1', { manifests: shopManifests(), spec });
    await shop.deploy('ok-1', { manifests: shopManifests(), spec });

    const { state } = await shop.deploy('ok-2', { manifests: shopManifests({ greeting: 'bye' }), spec });

    expect(state).toBe('succeeded');
    const names = Object.keys(await shop.world());
    expect(names.filter((name) => /\/(app|db)/.test(name))).toEqual([
      'configmaps/app-v000',
      'configmaps/app-v001',
      'secrets/db-v000',
    ]);
    expect(JSON.stringify((await shop.client.get(DEPLOYMENT)).body['spec'])).toContain('app-v001');
  });

  it('deletes old versions of configuration once nothing reads them', async () => {
    shop = await openShop();
    const spec = { configuration: 'versioned' } as const;
    const manifests = (greeting: number) =>
      `{apiVersion: v1, kind: ConfigMap, metadata: {name: app}, data: {a: "${greeting}"}}\n---${workload(
        'api',
      ).replace('image: registry', 'envFrom: [{configMapRef: {name: app}}], image: registry')}`.replace(
        'spec:',
        'spec:\n  revisionHistoryLimit: 1',
      );

    for (let content = 0; content < 8; content += 1) {
      const { state, failure } = await shop.deploy('ok-1', { manifests: manifests(content), spec });
      expect(state, failure?.detail).toBe('succeeded');
    }

    const names = Object.keys(await shop.world()).filter((name) => name.startsWith('configmaps/app'));
    expect(names.at(-1)).toBe('configmaps/app-v007');
    expect(names.length).toBeGreaterThanOrEqual(5);
    expect(names.length).toBeLessThan(8);
  });

  it('deletes what left the set when asked to, and only what is its own', async () => {
    shop = await openShop();
    const extra = (name: string, more = '') =>
      `---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}, ${more}}}\n`;
    await shop.deploy('ok-1', {
      manifests: shopManifests({
        extra: extra('gone') + extra('kept', 'annotations: {helm.sh/resource-policy: keep}') + extra('taken'),
      }),
    });
    await shop.client.call('DELETE', '/api/v1/namespaces/shop/configmaps/taken');
    await shop.client.post('/api/v1/namespaces/shop/configmaps', { metadata: { name: 'taken' } });

    const { state, lines } = await shop.deploy('ok-2', { manifests: shopManifests(), spec: { prune: true } });

    expect(state).toBe('succeeded');
    expect(lines).toContain('ConfigMap shop/gone: deleted');
    const names = Object.keys(await shop.world());
    expect(names).not.toContain('configmaps/gone');
    expect(names).toContain('configmaps/kept');
    expect(names).toContain('configmaps/taken');
  });

  it('deletes also what a first version has left that was bad and not removed', async () => {
    shop = await openShop();
    const extra = '---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: gone}}\n';
    const left = await shop.deploy('image-not-found', {
      manifests: shopManifests({ extra }),
      spec: { onFirstFailure: 'leave' },
    });
    expect(left.state).toBe('failed');
    expect(Object.keys(await shop.world())).toContain('configmaps/gone');

    const { state, lines } = await shop.deploy('ok-2', { manifests: shopManifests(), spec: { prune: true } });

    expect(state, lines.join('\n')).toBe('succeeded');
    expect(lines).toContain('ConfigMap shop/gone: deleted');
    expect(Object.keys(await shop.world())).not.toContain('configmaps/gone');
  });
});
