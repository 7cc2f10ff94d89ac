import { afterEach, expect, it } from 'vitest';
import { startInstallation, type Installation } from '../../chaos/installation.js';

let beanpod: Installation;
afterEach(() => beanpod.close());

it('a deployment that runs when Redis has no memory left goes on when it has, and writes once', async () => {
  beanpod = await startInstallation({ leaseMs: 1_500, updateMs: 1_000 });
  const { client } = beanpod.redis;
  const [{ url }] = await Promise.all([beanpod.fleet.start('api'), beanpod.fleet.start('worker')]);
  await beanpod.configure(url, 1);
  const id = (await beanpod.deploy(url, 0, 'v1', 'key'))?.body.id ?? '';
  await expect.poll(async () => (await beanpod.cloud.writes()).length, { timeout: 20_000 }).toBe(1);

  await client.config('SET', 'maxmemory', '1');
  // Its lease cannot be renewed any more, so that it runs out.
  await expect
    .poll(
      async () => Number(await client.hget('{chaos}:mailbox:service-0/live', 'leaseUntil')) < Date.now(),
      {
        timeout: 20_000,
      },
    )
    .toBe(true);
  expect((await beanpod.deploy(url, 0, 'v2'))?.status).toBe(503);
  expect(await beanpod.hasEnded(id)).toBe(false);
  await client.config('SET', 'maxmemory', '0');
  await expect.poll(() => beanpod.hasEnded(id), { timeout: 30_000 }).toBe(true);

  expect(await beanpod.stateOf(id)).toBe('succeeded');
  expect(await beanpod.audit(new Map([['key', id]]))).toEqual([]);
}, 240_000);
