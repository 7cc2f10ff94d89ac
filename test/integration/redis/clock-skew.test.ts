import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { createFleet } from '../../chaos/fleet.js';
import { startInstallation, type Installation } from '../../chaos/installation.js';

const PRELOAD = fileURLToPath(new URL('../../support/skewed-clock.mjs', import.meta.url));
const FIVE_MINUTES = 300_000;

let beanpod: Installation;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await beanpod.close();
});

async function startWorker(skewMs: number) {
  const fleet = createFleet({
    redisUrl: beanpod.redis.url,
    namespace: beanpod.namespace,
    leaseMs: 2_000,
    settings: { NODE_OPTIONS: `--import ${PRELOAD}`, SKEW_MS: String(skewMs) },
  });
  closing.push(() => fleet.close());
  return fleet.start('worker');
}

it('workers whose clocks are ten minutes apart take over from each other in time and end nothing early', async () => {
  beanpod = await startInstallation({ leaseMs: 2_000 });
  const [{ url }, early] = await Promise.all([beanpod.fleet.start('api'), startWorker(-FIVE_MINUTES)]);
  // Shorter than the difference of the clocks: whoever trusts its own takes what it takes over for late.
  await beanpod.configure(url, 8, undefined, { deadlines: { stepMs: 60_000, verifyMs: 60_000 } });
  // No update ends before its worker is gone, however long another one takes to start.
  await beanpod.cloud.fault({ kind: 'standstill', forMs: FIVE_MINUTES });
  const accepted = new Map<string, string>();
  for (let target = 0; target < 8; target += 1) {
    const key = `key-${target}`;
    accepted.set(key, (await beanpod.deploy(url, target, 'v1', key))?.body.id ?? '');
  }
  await expect.poll(async () => (await beanpod.cloud.writes()).length, { timeout: 40_000 }).toBe(8);
  const late = await startWorker(FIVE_MINUTES);
  await early.process.kill('SIGKILL');
  await beanpod.cloud.fault({ kind: 'standstill', forMs: 0 });
  for (const id of accepted.values())
    await expect.poll(() => beanpod.stateOf(id), { timeout: 40_000 }).toBe('succeeded');

  expect(await claimsBy(late.process.name, [...accepted.values()])).toBe(8);
  expect(await beanpod.audit(accepted)).toEqual([]);
}, 120_000);

/** How many of them it has claimed. */
async function claimsBy(worker: string, ids: readonly string[]): Promise<number> {
  const journals = await Promise.all(ids.map((id) => beanpod.journal.read(id, 0, 1_000)));
  return journals.filter((lines) =>
    lines.some(({ code, data }) => code === 'deployment.claimed' && data?.['worker'] === worker),
  ).length;
}
