import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '../src/shared/new-id.js';
import { startBeanpod } from './beanpod.js';
import { ms, percentile } from './figures.js';
import type { Row } from './table.js';

const STARTS = 5;
const IDLE_MS = 5_000;

/** How long an API needs until it serves, and what it holds when nobody asks. */
export async function measureStart(redisUrl: string): Promise<readonly Row[]> {
  const took: number[] = [];
  let idle = 0;
  for (let nth = 0; nth < STARTS; nth += 1) {
    const api = await startBeanpod('api', redisUrl, `bench-${newId()}`);
    took.push(api.readyMs);
    if (nth === STARTS - 1) {
      await sleep(IDLE_MS);
      idle = api.memory().now;
    }
    await api.kill('SIGKILL');
  }
  return [
    {
      what: 'API: start → ready',
      ours: ms(percentile(took, 0.5)),
      beside: '',
      verdict: `most ${ms(Math.max(...took))} of ${STARTS}`,
      budget: '< 1.2 s',
    },
    { what: 'API: idle memory', ours: `${Math.round(idle)} MB`, beside: '', verdict: '', budget: '< 110 MB' },
  ];
}
