import { afterEach, describe, expect, it } from 'vitest';
import { startRedisNode, type RedisNode } from '../../support/redis-node.js';
import { startProcess } from '../../support/worker-process.js';

/** Exit code for something that an operator has to correct: EX_CONFIG of sysexits.h. */
const EX_CONFIG = 78;

let redis: RedisNode | undefined;
afterEach(() => redis?.close());

async function exitCodeOf(role: 'api' | 'worker', settings: Record<string, string>): Promise<number | null> {
  redis = await startRedisNode({ settings });
  const process = startProcess(role, { REDIS_URL: redis.url, BEANPOD_PORT: '0', BEANPOD_HOST: '127.0.0.1' });
  await process.said(`${role} ready`).then(
    () => process.kill('SIGKILL'),
    () => undefined,
  );
  return process.child.exitCode;
}

describe.each(['api', 'worker'] as const)('%s', (role) => {
  it('refuses to start on a Redis that throws keys away when memory runs out', async () => {
    expect(await exitCodeOf(role, { 'maxmemory-policy': 'allkeys-lru' })).toBe(EX_CONFIG);
  });

  it('refuses to start on a Redis that keeps nothing on disk', async () => {
    expect(await exitCodeOf(role, { appendonly: 'no' })).toBe(EX_CONFIG);
  });

  it('refuses to start on a replica', async () => {
    expect(await exitCodeOf(role, { replicaof: '127.0.0.1 1' })).toBe(EX_CONFIG);
  });
});
