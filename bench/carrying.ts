import { setTimeout as sleep } from 'node:timers/promises';
import { startBeanpod } from './beanpod.js';
import { inParallel, ms, until } from './figures.js';
import { openStore } from './store.js';
import type { Row } from './table.js';

const STEADY_MS = 20_000;

/** What one worker process needs to carry many deployments at once, each of them in the middle of an update. */
export async function measureCarrying(redisUrl: string): Promise<readonly Row[]> {
  return [
    ...(await carry(redisUrl, 1_000, '< 250 MB; loop p99 < 30 ms')),
    ...(await carry(redisUrl, 5_000, '< 450 MB; loop p99 < 30 ms')),
  ];
}

async function carry(redisUrl: string, count: number, budget: string): Promise<readonly Row[]> {
  const store = openStore(redisUrl);
  const worker = await startBeanpod('worker', redisUrl, store.namespace, {
    BEANPOD_WORKER_CONCURRENCY: String(count),
    BEANPOD_LOG_LEVEL: 'info',
  });
  try {
    const started = performance.now();
    await inParallel(count, 100, async (nth) => {
      await store.accept(`service-${nth}`, { updateMs: 3_600_000 });
    });
    await until('all of them update', 120_000, async () => (await updating(store)) === count);
    const taken = performance.now() - started;
    await worker.loop();
    const before = worker.cpuMs();
    await sleep(STEADY_MS);
    const [loop, cpu, memory] = [await worker.loop(), worker.cpuMs() - before, worker.memory()];
    return [
      {
        what: `${count} deployments carried by one worker`,
        ours: `${Math.round(memory.now)} MB`,
        beside: `most ${Math.round(memory.most)} MB, ${((cpu / STEADY_MS) * 100).toFixed(0)} % of a core`,
        verdict: `loop p99 ${ms(loop.p99)}, most ${ms(loop.most)}; all taken within ${(taken / 1_000).toFixed(1)} s`,
        budget,
      },
    ];
  } finally {
    await worker.kill('SIGKILL');
    await store.redis.flushall();
    await store.close();
  }
}

/** How many have come to the step that waits. */
async function updating({ deployments }: ReturnType<typeof openStore>): Promise<number> {
  const all = await deployments.list({ states: ['deploying'], limit: 10_000 });
  return all.filter(({ state }) => state.name === 'deploying' && state.step === 3).length;
}
