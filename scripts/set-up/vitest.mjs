import { findRedis } from '../set-up.mjs';

let redis;

/** Vitest's global set-up: one Redis for the run, which every test file shares under a namespace of its own. */
export async function setup() {
  redis = await findRedis();
  process.env['REDIS_URL'] = redis.url;
}

/** Stops what `setup` started. */
export async function teardown() {
  await redis?.close();
}
