import { afterEach, describe, expect, it } from 'vitest';
import { openShop, shopManifests, type Shop } from './kubernetes-shop.js';

let shop: Shop;
afterEach(() => shop.close());

describe('deploying to Kubernetes', () => {
  it('applies a whole set, waits for it and records it', async () => {
    shop = await openShop();

    const { state, failure, lines } = await shop.deploy('ok-1', { manifests: shopManifests() });

    expect(failure, lines.join('\n')).toBeUndefined();
    expect(state).toBe('succeeded');
    const world = await shop.world();
    expect(Object.keys(world).sort()).toEqual([
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
});
