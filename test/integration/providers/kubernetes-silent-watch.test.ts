import { afterEach, expect, it } from 'vitest';
import { openShop, shopManifests, type Shop } from './kubernetes-shop.js';

let shop: Shop;
afterEach(() => shop.close());

const PODS = '/api/v1/namespaces/shop/pods';

async function losePods(): Promise<void> {
  const { body } = await shop.client.get(PODS);
  const { items } = body as unknown as { items: readonly { metadata: { name: string } }[] };
  for (const { metadata } of items) await shop.client.call('DELETE', `${PODS}/${metadata.name}`);
}

it('proves nothing by watches that fell silent before the pods were lost', async () => {
  shop = await openShop();
  let looks = 0;

  const ended = await shop.deploy('ok-2', {
    manifests: shopManifests(),
    async before(place) {
      if (place !== 'verify') return;
      looks += 1;
      if (looks === 1) {
        shop.sim.watches.mute();
        await losePods();
      }
      // Whatever lies between gives up the dead connections at last.
      if (looks === 2) shop.sim.watches.end();
    },
  });

  const said = ended.lines.join('\n');
  expect(said).toContain('the watches do not show Deployment shop/api as the API server has it now');
  expect(ended.state, said).toBe('succeeded');
});
