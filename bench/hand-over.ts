import { isEnded } from '../src/shared/domain/state.js';
import { startBeanpod } from './beanpod.js';
import { inParallel, ms, percentile, until } from './figures.js';
import { openStore } from './store.js';
import type { Row } from './table.js';

const IN_LINE = 200;
const CARRIED = 20;

type Store = ReturnType<typeof openStore>;

/** How long a target waits for its next worker: after an end, after the death of a worker, after its shutdown. By the clock of Redis. */
export async function measureHandOver(redisUrl: string): Promise<readonly Row[]> {
  return [
    row('next of a target: end → claim', await afterEnd(redisUrl), '< 50 ms'),
    row(
      'kill -9 of a worker → claim by another',
      await afterLoss(redisUrl, 'SIGKILL'),
      '< 17 s (lease 15 s)',
    ),
    row('SIGTERM of a worker → claim by another', await afterLoss(redisUrl, 'SIGTERM'), '< 1 s'),
  ];
}

function row(what: string, waits: readonly number[], budget: string): Row {
  return {
    what,
    ours: `p99 ${ms(percentile(waits, 0.99))}`,
    beside: `p50 ${ms(percentile(waits, 0.5))}`,
    verdict: `of ${waits.length}`,
    budget,
  };
}

async function afterEnd(redisUrl: string): Promise<readonly number[]> {
  const store = openStore(redisUrl);
  const worker = await startBeanpod('worker', redisUrl, store.namespace);
  try {
    const ids: string[] = [];
    for (let nth = 0; nth < IN_LINE; nth += 1) ids.push(await store.accept('shop', { updateMs: 0 }));
    const last = ids.at(-1) ?? '';
    await until('the last has ended', 120_000, async () => {
      const state = (await store.deployments.load(last))?.state;
      return state !== undefined && isEnded(state);
    });
    const waits: number[] = [];
    for (const [nth, id] of ids.slice(1).entries()) {
      const [ended] = await timesOf(store, ids[nth] ?? '', 'deployment.succeeded');
      const [claimed] = await timesOf(store, id, 'deployment.claimed');
      waits.push((claimed ?? Number.NaN) - (ended ?? Number.NaN));
    }
    return waits;
  } finally {
    await worker.kill('SIGKILL');
    await store.close();
  }
}

/** Ends the worker that carries all of them while another one stands by. */
async function afterLoss(redisUrl: string, signal: 'SIGKILL' | 'SIGTERM'): Promise<readonly number[]> {
  const store = openStore(redisUrl);
  const first = await startBeanpod('worker', redisUrl, store.namespace);
  const ids: string[] = [];
  await inParallel(CARRIED, CARRIED, async (nth) => {
    ids.push(await store.accept(`service-${nth}`, { updateMs: 3_600_000 }));
  });
  const claims = async () => Promise.all(ids.map((id) => timesOf(store, id, 'deployment.claimed')));
  await until('all are carried', 30_000, async () => (await claims()).every((each) => each.length === 1));
  const second = await startBeanpod('worker', redisUrl, store.namespace);
  try {
    const [seconds = '0', micros = '0'] = (await store.redis.time()).map(String);
    const at = Number(seconds) * 1_000 + Number(micros) / 1_000;
    await first.kill(signal);
    await until('all are carried again', 60_000, async () =>
      (await claims()).every((each) => each.length === 2),
    );
    return (await claims()).map((each) => (each[1] ?? Number.NaN) - at);
  } finally {
    await second.kill('SIGKILL');
    await store.close();
  }
}

async function timesOf({ journal }: Store, id: string, code: string): Promise<readonly number[]> {
  return (await journal.read(id, 0, 200)).filter((line) => line.code === code).map(({ at }) => at);
}
