import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startRedisNode, type RedisNode } from '../../support/redis-node.js';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.js';
import { startProcess, type BeanpodProcess } from '../../support/worker-process.js';

let redis: RedisNode;
let wire: TcpProxy;
let worker: BeanpodProcess;
let url: string;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'beanpod-health-'));
  redis = await startRedisNode();
  wire = await startTcpProxy({ port: redis.port });
  worker = startProcess('worker', {
    REDIS_URL: `redis://127.0.0.1:${wire.port}`,
    BEANPOD_HOST: '127.0.0.1',
    BEANPOD_HEALTH_PORT: '0',
    BEANPOD_BLOBS: folder,
    BEANPOD_LOG_LEVEL: 'info',
  });
  url = String((await worker.said('worker ready'))['health']);
});
afterEach(async () => {
  await worker.kill('SIGKILL');
  await wire.close();
  await redis.close();
  rmSync(folder, { recursive: true });
});

const ask = async (path: string) => {
  const response = await fetch(`${url}${path}`);
  return { status: response.status, body: (await response.json()) as { status: string; detail?: string } };
};

describe('the health of a worker', () => {
  it('is unready, and alive, while Redis does not answer, and ready again afterwards', async () => {
    expect(await ask('/readyz')).toEqual({ status: 200, body: { status: 'ok' } });
    wire.blackHole();

    expect(await ask('/readyz')).toEqual({
      status: 503,
      body: { status: 'unavailable', detail: 'Redis did not answer: not within 800 ms' },
    });
    expect((await ask('/livez')).status).toBe(200);
    await wire.heal();
    await expect.poll(async () => (await ask('/readyz')).status).toBe(200);
  });

  it('has no other pages', async () => {
    expect((await ask('/v1/deployments')).status).toBe(404);
  });
});
