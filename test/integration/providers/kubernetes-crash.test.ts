import { afterEach, describe, expect, it } from 'vitest';
import { openShop, shopManifests, type DeployOptions, type Shop } from './kubernetes-shop.js';

let shop: Shop;
afterEach(() => shop.close());

const extra = '---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: extra}}\n';
const good = {
  manifests: shopManifests({ greeting: 'bye', password: 'other', extra }),
  spec: { prune: true },
};

/** The world after one more deployment under these conditions, without what names the deployment. */
async function worldAfter(
  version: string,
  options: DeployOptions,
): Promise<{ world: unknown; writes: number }> {
  // Frequent bookmarks, as a fault of a watch strikes with the next line.
  shop = await openShop({ bookmarkMs: 10 });
  const gone = '---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: gone}}\n';
  await shop.deploy('ok-1', { manifests: shopManifests({ extra: gone }) });
  const { state, intents, lines } = await shop.deploy(version, options);
  expect(state, lines.join('\n')).toBe(version.startsWith('ok') ? 'succeeded' : 'rolled_back');
  const world = neutral(await shop.world());
  await shop.close();
  return { world, writes: intents.length };
}

/** Uids differ from cluster to cluster, and deployments from run to run; copies of Secrets hold both in base64. */
function neutral(world: Record<string, unknown>): unknown {
  const shown = Object.entries(world).map(([name, object]) =>
    name.includes('beanpod-kept') ? [name] : [name, object],
  );
  const text = JSON.stringify(Object.fromEntries(shown))
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'uid')
    .replaceAll(/01kaqv9zc3h8m2x6y7w4t\d{5}/g, 'deployment')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time')
    .replaceAll(/"(clusterIP|clusterIPs)":("[^"]*"|\[[^\]]*\])/g, '"$1":"ip"');
  return JSON.parse(text);
}

describe.each([
  ['a good version', 'ok-2', 1],
  // A rollback writes each object twice more; every third of its intents is enough.
  ['a bad version', 'image-not-found', 3],
] as const)('%s ends the same', (_, version, stride) => {
  it('whoever dies after whichever intent', async () => {
    const { world, writes } = await worldAfter(version, good);
    expect(writes).toBeGreaterThan(8);

    for (let crashAfterIntent = 1; crashAfterIntent <= writes; crashAfterIntent += stride) {
      const crashed = await worldAfter(version, { ...good, crashAfterIntent });
      expect(crashed.world, `killed after intent ${crashAfterIntent}`).toEqual(world);
    }
  }, 240_000);

  it('with a new worker for every single look', async () => {
    const { world } = await worldAfter(version, good);

    expect((await worldAfter(version, { ...good, handOver: 'always' })).world).toEqual(world);
  }, 180_000);

  it('when answers to writes get lost, calls are throttled, tokens expire and watches break', async () => {
    const { world } = await worldAfter(version, good);
    let looks = 0;
    const answers = new Set<number>();
    let lists = 0;

    const faulty = await worldAfter(version, {
      ...good,
      worker: 'new',
      before() {
        looks += 1;
        const { calls, faults, tokens } = shop.sim;
        for (const { code } of calls.list()) answers.add(code);
        lists = calls.list().filter(({ verb, resource }) => verb === 'list' && resource === 'pods').length;
        if (looks === 21) faults.clear();
        if (looks === 1 || looks === 21) {
          // The watches open late, and are broken whenever they do.
          faults.add({ kind: 'watch-410', match: { resource: 'pods' }, times: 3 });
          faults.add({ kind: 'watch-drop', match: { resource: 'deployments' }, after: 1, times: 3 });
        }
        if (looks <= 20) {
          const match = { verb: 'patch' };
          faults.add({ kind: 'reset-after-commit', match, skip: looks % 3 });
          faults.add({ kind: 'status', code: 429, retryAfter: 0, match, skip: looks % 5 });
          faults.add({ kind: 'drop-connection', match: { verb: 'get' }, skip: looks % 4 });
        }
        if (looks === 4) tokens.expire('beanpod');
      },
    });

    expect(faulty.world).toEqual(world);
    // Each kind of trouble has struck: a cut connection has no answer, and a 410 makes for one more list than two workers need.
    expect([...answers]).toEqual(expect.arrayContaining([0, 401, 429]));
    expect(lists).toBeGreaterThan(2);
  }, 120_000);
});
