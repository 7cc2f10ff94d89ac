import type { Redis } from 'ioredis';
import { afterEach, expect, it } from 'vitest';
import { NO_PROGRESS } from '../../../src/shared/domain/deployment.js';
import { createDeployments } from '../../../src/shared/store/deployments.js';
import { createLeases, type Lease } from '../../../src/shared/store/lease.js';
import { collect } from '../../chaos/collect.js';
import { startInstallation } from '../../chaos/installation.js';
import { audit } from '../../support/auditor.js';
import { startRedisNode, type RedisNode } from '../../support/redis-node.js';
import { acceptOne } from '../../support/store.js';
import { startSentinel } from './sentinel.js';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A replica that has everything of the primary. */
async function startReplica(port: number): Promise<RedisNode> {
  const replica = await startRedisNode({ settings: { replicaof: `127.0.0.1 ${port}` } });
  closing.push(replica.close);
  await expect
    .poll(() => replica.client.info('replication'), { timeout: 30_000 })
    .toContain('master_link_status:up');
  return replica;
}

it('goes on after Sentinel has promoted the replica: what was accepted and replicated ends, each change made once', async () => {
  const beanpod = await startInstallation({ leaseMs: 2_000, updateMs: 8_000 });
  closing.push(beanpod.close);
  const replica = await startReplica(beanpod.redis.port);
  const sentinel = await startSentinel(beanpod.redis.port);
  closing.push(sentinel.close);
  await expect.poll(sentinel.replicas, { timeout: 30_000 }).toBe(1);
  const [{ url }] = await Promise.all([beanpod.fleet.start('api'), beanpod.fleet.start('worker')]);
  await beanpod.configure(url, 3);
  const accepted = new Map<string, string>();
  for (const target of [0, 1, 2])
    accepted.set(`key-${target}`, (await beanpod.deploy(url, target, `v${target}`))?.body.id ?? '');
  await expect.poll(async () => (await beanpod.cloud.writes()).length, { timeout: 30_000 }).toBe(3);
  // Replication is asynchronous: only what has reached the replica is promised to survive.
  expect(await beanpod.redis.client.wait(1, 10_000)).toBe(1);

  await beanpod.redis.kill('SIGKILL');
  await expect.poll(sentinel.primaryPort, { timeout: 60_000 }).toBe(replica.port);
  beanpod.wire.retarget(replica.port);
  beanpod.wire.cut();
  const store = createDeployments(replica.client, beanpod.namespace, { perTarget: 1, live: 1 });
  for (const id of accepted.values())
    await expect.poll(async () => (await store.load(id))?.state.name, { timeout: 90_000 }).toBe('succeeded');

  expect(audit(await collect(replica.client, beanpod.namespace, beanpod.cloud, accepted))).toEqual([]);
}, 300_000);

it('fences the owner whose claim was lost by the failover', async () => {
  const primary = await startRedisNode();
  closing.push(primary.close);
  const replica = await startReplica(primary.port);
  const id = await acceptOne(primary.client, 'failover');
  expect(await primary.client.wait(1, 10_000)).toBe(1);
  await replica.client.replicaof('NO', 'ONE');

  const lost = await claim(primary.client, id, 'w1');
  // The epoch follows the clock of Redis, in milliseconds.
  await expect
    .poll(async () => Number((await replica.client.time())[0]) * 1_000 > Number(lost.epoch), {
      timeout: 5_000,
    })
    .toBe(true);
  const kept = await claim(replica.client, id, 'w2');
  const late = await leasesOf(replica.client).save(lost, 1, {
    state: { name: 'preparing' },
    progress: NO_PROGRESS,
    entries: [],
    further: true,
  });

  expect(Number(kept.epoch)).toBeGreaterThan(Number(lost.epoch));
  expect(late).toEqual({ said: 'fenced' });
});

function leasesOf(client: Redis) {
  return createLeases(client, 'failover', 60_000, 1_000);
}

async function claim(client: Redis, id: string, owner: string): Promise<Lease> {
  const answer = await leasesOf(client).claim(id, owner, owner);
  if (answer.said !== 'ok') throw new Error(`claim answered ${answer.said}`);
  return answer.lease;
}
