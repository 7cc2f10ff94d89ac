import { get, Agent } from 'node:http';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBeanpod, TOKEN } from './beanpod.js';
import { ms, percentile, until } from './figures.js';
import { openStore } from './store.js';
import type { Row } from './table.js';

const READERS = 500;
const LINES = 100;
const EVERY_MS = 100;

/** One writer, 500 readers of the live log over Server-Sent Events: from the line's way into Redis to each reader. */
export async function measureTail(redisUrl: string): Promise<readonly Row[]> {
  const store = openStore(redisUrl);
  const id = await store.accept('shop');
  const claimed = await store.claim(id);
  const api = await startBeanpod('api', redisUrl, store.namespace);
  const agent = new Agent({ keepAlive: true, maxSockets: READERS });
  const delays: number[] = [];
  try {
    for (let nth = 0; nth < READERS; nth += 1)
      await follow(`${api.url}/v1/deployments/${id}/logs`, agent, delays);
    await claimed.say([`at ${Date.now()}`]);
    await until('every reader follows', 30_000, () => Promise.resolve(delays.length >= READERS));
    delays.length = 0;
    const before = api.cpuMs();
    for (let line = 0; line < LINES; line += 1) {
      await claimed.say([`at ${performance.timeOrigin + performance.now()}`]);
      await sleep(EVERY_MS);
    }
    await until('every line arrived', 30_000, () => Promise.resolve(delays.length >= READERS * LINES));
    const cpu = api.cpuMs() - before;
    return [
      {
        what: `a line of a live log → ${READERS} readers`,
        ours: `p99 ${ms(percentile(delays, 0.99))}`,
        beside: `p50 ${ms(percentile(delays, 0.5))}`,
        verdict: `${((cpu * 1_000) / delays.length).toFixed(1)} µs of CPU each, ${delays.length} delivered`,
        budget: '< 60 ms; < 20 µs',
      },
    ];
  } finally {
    agent.destroy();
    await api.kill('SIGKILL');
    await store.close();
  }
}

/** Notes how old each line is when it arrives. */
async function follow(url: string, agent: Agent, delays: number[]): Promise<void> {
  const headers = { authorization: `Bearer ${TOKEN}`, accept: 'text/event-stream' };
  const request = get(url, { agent, headers });
  const [response] = (await once(request, 'response')) as [NodeJS.ReadableStream & { statusCode: number }];
  if (response.statusCode !== 200) throw new Error(`The log answered ${response.statusCode}`);
  request.on('error', () => undefined);
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    const now = performance.timeOrigin + performance.now();
    for (const [, at] of chunk.matchAll(/"text":"at ([\d.]+)"/g)) delays.push(now - Number(at));
  });
}
