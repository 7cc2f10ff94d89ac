import { afterEach, describe, expect, it } from 'vitest';
import { startInstallation, type Installation } from '../../chaos/installation.js';

let beanpod: Installation;
afterEach(() => beanpod.close());

const REQUESTS = 120;
const AT_ONCE = 10;

describe.each(['always', 'everysec'])('with appendfsync %s', (appendfsync) => {
  it('every deployment that was answered 202 is there after kill -9 of Redis, and runs', async () => {
    beanpod = await startInstallation({ leaseMs: 2_000, redis: { appendfsync } });
    const { url } = await beanpod.fleet.start('api');
    await beanpod.configure(url, AT_ONCE);
    const accepted: string[] = [];
    let refused = 0;
    let next = 0;

    async function askOnAndOn(target: number): Promise<void> {
      while (next < REQUESTS) {
        next += 1;
        const answer = await beanpod.deploy(url, target, `v${next}`);
        if (answer?.status === 202) accepted.push(answer.body.id ?? '');
        else refused += 1;
      }
    }

    const asking = Promise.all(Array.from({ length: AT_ONCE }, (_, target) => askOnAndOn(target)));
    await expect.poll(() => accepted.length, { interval: 5, timeout: 30_000 }).toBeGreaterThan(REQUESTS / 4);
    await beanpod.redis.kill('SIGKILL');
    await expect.poll(() => refused, { interval: 5, timeout: 30_000 }).toBeGreaterThan(0);
    await beanpod.redis.restart();
    await asking;

    const found = await Promise.all(accepted.map((id) => beanpod.stateOf(id)));
    expect(found.filter((name) => name === undefined)).toEqual([]);
    // The wake-up calls may be what was lost: the records alone must bring every deployment to its end.
    const calls = await beanpod.redis.client.keys(`${beanpod.queuePrefix}:*`);
    expect(await beanpod.redis.client.unlink(...calls)).toBeGreaterThan(0);
    await beanpod.fleet.start('worker');
    const ended = () => Promise.all(accepted.map((id) => beanpod.hasEnded(id)));
    await expect.poll(async () => (await ended()).every(Boolean), { timeout: 120_000 }).toBe(true);
    expect(await beanpod.deployments.audit()).toEqual([]);
  }, 300_000);
});
