import { measureHttp } from './http.js';
import { measureOverhead } from './overhead.js';
import { table } from './table.js';
import { startRedisServer } from '../test/support/redis.js';

/** Measures our overhead beside bare counterparts in the same run. Ratios carry over to other machines, times do not. */
const redis = await startRedisServer();
try {
  const rows = [...(await measureOverhead(redis.url)), ...(await measureHttp(redis.url))];
  process.stdout.write(`${table(rows)}\n`);
} finally {
  await redis.stop();
}
process.exit(0);
