import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startInstallation, type Answer, type Installation } from '../../chaos/installation.js';

let beanpod: Installation;
let url: string;

beforeAll(async () => {
  beanpod = await startInstallation({ leaseMs: 2_000 });
  ({ url } = await beanpod.fleet.start('api'));
  await beanpod.configure(url, 10);
}, 120_000);
afterAll(() => beanpod.close());

/** A target for each case, so that none waits for another. */
let target = -1;
const deploy = (key?: string) => beanpod.deploy(url, target, 'v1', key);

function expectRefusal(answer: Answer | undefined): void {
  expect(answer?.status).toBe(503);
  expect(answer?.headers.get('retry-after')).toBe('2');
  expect(answer?.body.code).toBe('store.unavailable');
}

async function stored(): Promise<number> {
  return (await beanpod.deployments.list({ service: `service-${target}`, limit: 10 })).length;
}

/** The same process serves again, without a restart. */
async function expectRecovery(): Promise<void> {
  await expect.poll(async () => (await deploy())?.status, { timeout: 20_000 }).toBe(202);
}

describe('while Redis cannot be used, a request is refused with 503 and Retry-After, and accepted after', () => {
  beforeAll(() => {
    target += 1;
  });
  afterEach(async () => {
    await beanpod.wire.heal();
    target += 1;
  });

  it('connections refused', async () => {
    await beanpod.wire.refuse();

    expectRefusal(await deploy());
    await beanpod.wire.heal();
    await expectRecovery();
  });

  it('a network that swallows everything', async () => {
    beanpod.wire.blackHole();

    expectRefusal(await deploy());
    await beanpod.wire.heal();
    await expectRecovery();
  });

  it('a Redis that stands still', async () => {
    beanpod.redis.signal('SIGSTOP');

    expectRefusal(await deploy());
    beanpod.redis.signal('SIGCONT');
    await expectRecovery();
  });

  it('a read-only replica behind the address', async () => {
    await beanpod.redis.client.replicaof('127.0.0.1', 1);

    expectRefusal(await deploy());
    expect((await beanpod.ask(url, 'GET', '/readyz?verbose'))?.status).toBe(503);
    await beanpod.redis.client.replicaof('NO', 'ONE');
    await expectRecovery();
  });

  it('no memory left', async () => {
    await beanpod.redis.client.config('SET', 'maxmemory', '1');

    // Until the next look at the memory Redis itself refuses.
    await expect.poll(async () => (await deploy())?.body.code).toBe('store.full');
    expect((await deploy())?.headers.get('retry-after')).toBe('2');
    expect(await stored()).toBe(0);
    await beanpod.redis.client.config('SET', 'maxmemory', '0');
    await expectRecovery();
  });
});

it('accepts nothing when memory runs short, still answers known keys, and accepts again when there is room', async () => {
  const first = await deploy('known');
  const used = Number(/used_memory:(\d+)/.exec(await beanpod.redis.client.info('memory'))?.[1]);
  await beanpod.redis.client.config('SET', 'maxmemory', String(Math.round(used * 1.1)));
  await expect.poll(async () => (await deploy())?.body.code).toBe('store.full');

  expect((await deploy('known'))?.body.id).toBe(first?.body.id);
  await beanpod.redis.client.config('SET', 'maxmemory', '0');
  await expectRecovery();
  target += 1;
});

describe('when the reply of the acceptance gets lost after Redis did it', () => {
  afterEach(() => {
    target += 1;
  });

  it('there is one deployment, whole, whether the client sent a key or not', async () => {
    for (const key of [undefined, 'with-a-key']) {
      beanpod.wire.loseReplyTo('evalsha');
      const answer = await deploy(key);

      expect(beanpod.wire.lostReply).toBe(true);
      expect([202, 503]).toContain(answer?.status);
      expect(await stored()).toBe(1);
      const [deployment] = await beanpod.deployments.list({ service: `service-${target}`, limit: 1 });
      const lines = await beanpod.journal.read(deployment?.id ?? '', 0, 100);
      expect(lines.filter(({ code }) => code === 'deployment.accepted')).toHaveLength(1);
      expect(await beanpod.redis.client.zcard(`{chaos}:lane:service-${target}/live`)).toBe(0);
      target += 1;
    }
  });

  it('the same key answers the same deployment', async () => {
    beanpod.wire.loseReplyTo('evalsha');
    await deploy('again');
    const answer = await deploy('again');
    const [deployment] = await beanpod.deployments.list({ service: `service-${target}`, limit: 1 });

    expect(answer?.status).toBe(202);
    expect(answer?.headers.get('idempotency-replayed')).toBe('true');
    expect(answer?.body.id).toBe(deployment?.id);
  });
});

it('leaves no invariant broken', async () => {
  expect(await beanpod.deployments.audit()).toEqual([]);
});
