import { ask } from './asking.js';
import { startBeanpod } from './beanpod.js';
import { inParallel, ms, percentile, timed } from './figures.js';
import { openStore } from './store.js';
import type { Row } from './table.js';

const DEPLOYMENTS = 100_000;
const SERVICES = 100;
const ASKED = 300;

/** A log of ordinary length, as an Elastic Beanstalk update leaves it. */
const LOG = Array.from(
  { length: 20 },
  (_, nth) => `${nth}: Added instance [i-0123456789abcdef${nth}] to your environment.`,
);

/** Listing, filtering and reading when a hundred thousand deployments have ended, and what each keeps in Redis. */
export async function measureHistory(redisUrl: string): Promise<readonly Row[]> {
  const store = openStore(redisUrl);
  const before = await usedBytes(store);
  const ids: string[] = [];
  await inParallel(DEPLOYMENTS, 64, async (nth) => {
    const id = await store.accept(`service-${nth % SERVICES}`);
    // Every tenth runs and is told of; whoever finds the target taken is cancelled in its line, as most others are.
    const claimed = nth % 10 === 0 ? await store.claim(id).catch(() => undefined) : undefined;
    if (claimed) {
      await claimed.say(LOG);
      await claimed.end({ name: 'succeeded' });
    } else await store.deployments.cancel(id, { by: 'ada', reason: 'typo' });
    ids[nth] = id;
  });
  const each = ((await usedBytes(store)) - before) / DEPLOYMENTS;
  const api = await startBeanpod('api', redisUrl, store.namespace, { BEANPOD_LOG_LEVEL: 'info' });
  await store.settled();
  try {
    const get = async (path: (nth: number) => string) => {
      await timed(20, (nth) => ask(api.url, path(nth)));
      return timed(ASKED, (nth) => ask(api.url, path(nth)));
    };
    const middle = (nth: number) => cursorOf(ids[(nth * 331) % DEPLOYMENTS] ?? '');
    return [
      row('a page of 50, newest first', await get(() => '/v1/deployments')),
      row('  from anywhere in the middle', await get((nth) => `/v1/deployments?cursor=${middle(nth)}`)),
      row(
        '  of one service and state',
        await get((nth) => `/v1/deployments?service=service-${(nth % 10) * 10}&state=succeeded`),
      ),
      row('one deployment', await get((nth) => `/v1/deployments/${ids[(nth * 331) % DEPLOYMENTS]}`)),
      {
        what: `memory of Redis for each of ${DEPLOYMENTS} ended deployments`,
        ours: `${(each / 1_024).toFixed(1)} KB`,
        beside: '',
        verdict: 'a tenth with 20 lines',
        budget: '',
      },
    ];
  } finally {
    await api.kill('SIGKILL');
    await store.redis.flushall();
    await store.close();
  }
}

function row(what: string, took: readonly number[]): Row {
  return {
    what: what.startsWith(' ') ? what : `${DEPLOYMENTS} in the store: ${what}`,
    ours: `p50 ${ms(percentile(took, 0.5))}`,
    beside: `p99 ${ms(percentile(took, 0.99))}`,
    verdict: `of ${took.length}, over HTTP`,
    budget: '< 5 ms',
  };
}

/** The cursor of an API page is the id that it goes on after, in its encoding. */
function cursorOf(id: string): string {
  return encodeURIComponent(Buffer.from(id).toString('base64url'));
}

async function usedBytes({ redis }: ReturnType<typeof openStore>): Promise<number> {
  return Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1]);
}
