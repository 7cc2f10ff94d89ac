import { ask } from './asking.js';
import { startBeanpod } from './beanpod.js';
import { inParallel, ms, percentile, timed } from './figures.js';
import { openStore } from './store.js';
import type { Row } from './table.js';

const LINES = 1_000_000;
const BATCH = 100;
const ASKED = 300;

/** A page from anywhere in a log of a million lines. */
export async function measureLongLog(redisUrl: string): Promise<readonly Row[]> {
  const store = openStore(redisUrl);
  const id = await store.accept('shop');
  const claimed = await store.claim(id);
  // One after the other in flight order: the numbers of batches must arrive as they were given.
  await inParallel(LINES / BATCH, 50, async (nth) => {
    await claimed.say(
      Array.from({ length: BATCH }, (_, line) => `line ${nth * BATCH + line} of a log that is long`),
    );
  });
  const api = await startBeanpod('api', redisUrl, store.namespace);
  await store.settled();
  try {
    const page = (nth: number) =>
      ask(api.url, `/v1/deployments/${id}/logs?after=${(nth * 7_919 * 97) % LINES}&limit=100`);
    await timed(20, page);
    const took = await timed(ASKED, page);
    return [
      {
        what: 'a page of 100 from a log of 1 000 000 lines',
        ours: `p50 ${ms(percentile(took, 0.5))}`,
        beside: '',
        verdict: `p99 ${ms(percentile(took, 0.99))} of ${took.length}, over HTTP`,
        budget: '< 10 ms',
      },
    ];
  } finally {
    await api.kill('SIGKILL');
    await store.redis.flushall();
    await store.close();
  }
}
