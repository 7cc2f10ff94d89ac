import { afterEach, expect, it } from 'vitest';
import { startInstallation, type Installation } from '../../chaos/installation.js';

let beanpod: Installation;
afterEach(() => beanpod.close());

it('in a Redis Cluster every script and every queue command stays within one slot', async () => {
  beanpod = await startInstallation({ leaseMs: 2_000, redis: { 'cluster-enabled': 'yes' } });
  const { client } = beanpod.redis;
  // A cluster of one node refuses keys of different slots in one command, and foreign keys in a script, as any other.
  await client.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
  await expect
    .poll(async () => client.call('CLUSTER', 'INFO'), { timeout: 20_000 })
    .toContain('cluster_state:ok');
  await expect(client.mset('a', '1', 'b', '2')).rejects.toThrow('CROSSSLOT');
  const [{ url }] = await Promise.all([beanpod.fleet.start('api'), beanpod.fleet.start('worker')]);
  await beanpod.configure(url, 2);
  const accepted = new Map<string, string>();
  for (const [target, version] of [
    [0, 'v1'],
    [0, 'v2-bad'],
    [1, 'v1'],
  ] as const)
    accepted.set(`${target}-${version}`, (await beanpod.deploy(url, target, version))?.body.id ?? '');
  for (const id of accepted.values())
    await expect.poll(() => beanpod.hasEnded(id), { timeout: 40_000 }).toBe(true);

  expect(await Promise.all([...accepted.values()].map(beanpod.stateOf))).toEqual([
    'succeeded',
    'rolled_back',
    'succeeded',
  ]);
  const slots = await Promise.all((await client.keys('*')).map((key) => client.cluster('KEYSLOT', key)));
  expect(new Set(slots).size).toBe(1);
  expect(await beanpod.audit(accepted)).toEqual([]);
}, 240_000);
