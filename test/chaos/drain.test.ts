import { afterEach, expect, it } from 'vitest';
import { VISIBLE_MS } from '../../src/shared/store/offers.js';
import { figuresOf } from './figures.js';
import { startInstallation, type Installation } from './installation.js';

let beanpod: Installation;
afterEach(() => beanpod.close());

const COUNT = 10;

it(`replaces every process one by one while ${COUNT} deployments run: none is lost, repeated or waits for a lease`, async () => {
  beanpod = await startInstallation({ leaseMs: 15_000, updateMs: 40_000 });
  const { fleet } = beanpod;
  await Promise.all([fleet.start('worker'), fleet.start('worker'), fleet.start('api'), fleet.start('api')]);
  const old = [...fleet.of('worker'), ...fleet.of('api')];
  const url = () => fleet.of('api')[0]?.url ?? '';
  await beanpod.configure(url(), COUNT);
  const accepted = new Map<string, string>();
  for (let target = 0; target < COUNT; target += 1)
    accepted.set(`key-${target}`, (await beanpod.deploy(url(), target, 'v1'))?.body.id ?? '');
  await expect.poll(async () => (await beanpod.cloud.writes()).length, { timeout: 30_000 }).toBe(COUNT);

  for (const member of old) {
    const size = fleet.of(member.role).length;
    await fleet.replace(member, 'SIGTERM');
    await expect.poll(() => fleet.of(member.role).length, { timeout: 60_000 }).toBe(size);
    expect(member.process.child.exitCode).toBe(0);
    expect((await beanpod.ask(url(), 'GET', '/v1/deployments'))?.status).toBe(200);
  }
  for (const id of accepted.values())
    await expect.poll(() => beanpod.hasEnded(id), { timeout: 90_000 }).toBe(true);

  const evidence = await beanpod.collect(accepted);
  const { ends, writes, handOver, leasesLost } = figuresOf(evidence, []);
  console.log(JSON.stringify({ handOver }));
  expect(await beanpod.audit(accepted)).toEqual([]);
  expect(ends).toEqual({ succeeded: COUNT });
  expect(writes).toEqual({ accepted: COUNT });
  expect(handOver.count).toBeGreaterThanOrEqual(COUNT);
  expect(leasesLost).toBe(0);
  // Longer would mean that the offer of the leaving worker got lost and the sweeper repeated it.
  expect(handOver.most).toBeLessThan(VISIBLE_MS);
}, 420_000);
