import { afterEach, expect, it } from 'vitest';
import { openShop, shopManifests, type Shop } from './kubernetes-shop.js';

let shop: Shop;
afterEach(() => shop.close());

const PODS = '/api/v1/namespaces/shop/pods';
const NODES = '/api/v1/nodes';

/** As an operator who empties a cluster in which nothing can start any more. */
async function losePods(): Promise<void> {
  for (const node of await namesIn(NODES))
    await shop.client.call('PATCH', `${NODES}/${node}`, {
      contentType: 'application/merge-patch+json',
      body: { spec: { unschedulable: true } },
    });
  for (const pod of await namesIn(PODS)) await shop.client.call('DELETE', `${PODS}/${pod}`);
}

async function namesIn(collection: string): Promise<readonly string[]> {
  const { body } = await shop.client.get(collection);
  const { items } = body as unknown as { items: readonly { metadata: { name: string } }[] };
  return items.map(({ metadata }) => metadata.name);
}

/** Drives a deployment whose watches fall silent once the new version is up, just before its pods are lost. */
async function deployBehindSilence(manifests: string) {
  let looks = 0;
  return shop.deploy('ok-2', {
    manifests,
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
}

it('does not succeed by watches that fell silent before the pods were lost', async () => {
  shop = await openShop();

  const ended = await deployBehindSilence(shopManifests());

  const said = ended.lines.join('\n');
  expect(ended.state, said).toBe('rolled_back');
  expect(said).toMatch(/the watches do not show Deployment shop\/\S+ as the API server has it now/);
}, 120_000);
