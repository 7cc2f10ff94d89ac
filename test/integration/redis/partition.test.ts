import { afterEach, expect, it } from 'vitest';
import { startInstallation, type Installation } from '../../chaos/installation.js';
import { createFleet } from '../../chaos/fleet.js';
import { startTcpProxy } from '../../support/tcp-proxy.js';

let beanpod: Installation;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await beanpod.close();
});

/** A worker with a wire to Redis of its own. */
async function startWorker() {
  const wire = await startTcpProxy({ port: beanpod.redis.port });
  const redisUrl = `redis://127.0.0.1:${wire.port}`;
  const fleet = createFleet({ redisUrl, namespace: beanpod.namespace, leaseMs: 2_000 });
  closing.push(() => fleet.close(), wire.close);
  const { process } = await fleet.start('worker');
  return { name: process.name, wire };
}

it('a worker that cannot reach Redis stops calling the cloud before another one begins, and writes nothing when it is back', async () => {
  beanpod = await startInstallation({ leaseMs: 2_000, updateMs: 20_000 });
  const [{ url }, ...workers] = await Promise.all([beanpod.fleet.start('api'), startWorker(), startWorker()]);
  await beanpod.configure(url, 1);
  const id = (await beanpod.deploy(url, 0, 'v1', 'key'))?.body.id ?? '';
  // From the write on it polls the cloud until the update is over.
  await expect.poll(async () => (await beanpod.cloud.writes()).length, { timeout: 20_000 }).toBe(1);
  await expect.poll(async () => (await beanpod.cloud.calls()).length, { timeout: 20_000 }).toBeGreaterThan(8);
  const claimed = async () =>
    (await beanpod.journal.read(id, 0, 10_000)).filter(({ code }) => code === 'deployment.claimed');
  const [first] = await claimed();
  const owner = workers.find(({ name }) => name === first?.data?.['worker']);
  owner?.wire.blackHole();
  await expect.poll(async () => (await claimed()).length, { timeout: 20_000 }).toBe(2);
  // The new owner works for a while, during which the old one would go on if it could.
  const byTheNewOwner = async () => {
    const calls = await beanpod.cloud.calls();
    const newest = Math.max(...calls.map(({ epoch }) => epoch));
    return new Set(calls.map(({ epoch }) => epoch)).size > 1
      ? calls.filter(({ epoch }) => epoch === newest).length
      : 0;
  };
  await expect.poll(byTheNewOwner, { timeout: 20_000 }).toBeGreaterThan(10);
  await owner?.wire.heal();
  await expect.poll(() => beanpod.hasEnded(id), { timeout: 60_000 }).toBe(true);

  const epochs = (await beanpod.cloud.calls()).map(({ epoch }) => epoch);
  expect(new Set(epochs).size).toBe(2);
  expect(epochs).toEqual([...epochs].sort((one, other) => one - other));
  expect(await beanpod.stateOf(id)).toBe('succeeded');
  expect(await beanpod.audit(new Map([['key', id]]))).toEqual([]);
}, 240_000);
