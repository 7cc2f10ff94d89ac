import { parseArgs } from 'node:util';
import { startRedisServer } from '../test/support/redis.js';
import { measureCarrying } from './carrying.js';
import { measureBeanstalkCalls } from './elastic-beanstalk.js';
import { measureHandOver } from './hand-over.js';
import { measureHistory } from './history.js';
import { measureHttp } from './http.js';
import { measureKubernetesFleet } from './kubernetes-fleet.js';
import { measureKubernetesLook } from './kubernetes-look.js';
import { measureKubernetesVerdicts } from './kubernetes-verdicts.js';
import { measureLongLog } from './long-log.js';
import { measureOverhead } from './overhead.js';
import { measureStart } from './start.js';
import { table, type Row } from './table.js';
import { measureTail } from './tail.js';

/** Every benchmark by its name: each gets a Redis of its own and answers rows of the report. */
const BENCHMARKS: Readonly<Record<string, (redisUrl: string) => Promise<readonly Row[]>>> = {
  overhead: measureOverhead,
  http: measureHttp,
  start: measureStart,
  carrying: measureCarrying,
  'hand-over': measureHandOver,
  history: measureHistory,
  'long-log': measureLongLog,
  tail: measureTail,
  'elastic-beanstalk': measureBeanstalkCalls,
  'kubernetes-fleet': measureKubernetesFleet,
  'kubernetes-look': measureKubernetesLook,
  'kubernetes-verdicts': measureKubernetesVerdicts,
};

/**
 * `npm run bench`, or `npm run bench -- --only http,tail`: our figures beside their budgets and, where there is one, a
 * bare counterpart of the same run. Ratios carry over to other machines, times do not.
 */
const { values } = parseArgs({ options: { only: { type: 'string' } } });
const names = values.only?.split(',') ?? Object.keys(BENCHMARKS);
const rows: Row[] = [];
for (const name of names) {
  const measure = BENCHMARKS[name];
  if (!measure)
    throw new Error(`There is no benchmark ${name}; there are ${Object.keys(BENCHMARKS).join(', ')}`);
  process.stderr.write(`measuring ${name} …\n`);
  const redis = await startRedisServer();
  try {
    rows.push(...(await measure(redis.url)));
  } finally {
    await redis.stop();
  }
}
process.stdout.write(`${table(rows)}\n`);
process.exit(0);
