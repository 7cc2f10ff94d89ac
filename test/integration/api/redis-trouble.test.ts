import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startApi } from '../../../src/api/main.js';
import { loadConfig } from '../../../src/shared/config/load.js';
import { ConfigProblem } from '../../../src/shared/config/schema.js';
import { createLogger } from '../../../src/shared/log/logger.js';
import { ADMIN_TOKEN, ARTIFACT, TARGET } from '../../support/api.js';
import { callerOf } from '../../support/caller.js';
import { startRedisNode, type RedisNode } from '../../support/redis-node.js';

let node: RedisNode;
let folder: string;
let api: { url: string; close(): Promise<void> } | undefined;
beforeEach(async () => {
  node = await startRedisNode();
  folder = mkdtempSync(path.join(tmpdir(), 'beanpod-trouble-'));
});
afterEach(async () => {
  node.signal('SIGCONT');
  await api?.close();
  api = undefined;
  await node.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(env: Record<string, string> = {}): Promise<void> {
  const config = loadConfig({
    REDIS_URL: node.url,
    BEANPOD_HOST: '127.0.0.1',
    BEANPOD_PORT: '0',
    BEANPOD_ADMIN_TOKEN: ADMIN_TOKEN,
    BEANPOD_BLOBS: folder,
    BEANPOD_LOG_LEVEL: 'silent',
    ...env,
  });
  api = await startApi(config, createLogger('silent'));
}

const call = () => callerOf(api?.url ?? '', ADMIN_TOKEN);
const post = () =>
  call()
    .post('/v1/deployments')
    .send({ service: 'shop', environment: 'staging', version: '1', artifact: ARTIFACT });

async function configure(): Promise<void> {
  await call().put('/v1/services/shop').send({});
  await call().put('/v1/environments/staging').send({});
  await call().put('/v1/targets/shop/staging').send(TARGET);
}

describe('while Redis is away', () => {
  test('an operation is refused with 503, and nothing of it is kept', async () => {
    await start();
    await configure();
    const live = '/v1/targets/shop/staging/live';
    await node.kill('SIGKILL');
    const { status, body, headers } = await call().post(`${live}/restart`).send({ reason: 'It hangs' });
    await node.restart();
    const list = async () => (await call().get(`${live}/operations`)).text;

    expect([status, body.code]).toEqual([503, 'store.unavailable']);
    expect(headers['retry-after']).toBeDefined();
    await expect.poll(list, { timeout: 20_000 }).toBe('{"operations":[]}');
  });

  test.each(['dead', 'frozen'])(
    '%s: requests are refused with 503 instead of waiting, and accepted when it is back',
    async (how) => {
      await start();
      await configure();
      if (how === 'dead') await node.kill('SIGKILL');
      else node.signal('SIGSTOP');

      // Redis comes back only below: every answer until then was given without it.
      const answers = [await post(), await call().get('/v1/deployments'), await call().get('/v1/services')];
      const ready = await call().get('/readyz?verbose');
      const alive = await call().get('/livez');

      for (const answer of answers) {
        expect([answer.status, answer.body.code]).toEqual([503, 'store.unavailable']);
        expect(answer.headers['retry-after']).toBe('2');
      }
      expect(ready.status).toBe(503);
      expect(ready.body.checks).toContainEqual(expect.objectContaining({ name: 'redis', ok: false }));
      expect(alive.status).toBe(200);

      if (how === 'dead') await node.restart();
      else node.signal('SIGCONT');
      await expect.poll(async () => (await post()).status, { timeout: 20_000, interval: 200 }).toBe(202);
      await expect.poll(async () => (await call().get('/readyz')).status, { timeout: 20_000 }).toBe(200);
    },
  );
});

describe('a Redis that may lose deployments', () => {
  test('keeps the API from starting, with every reason', async () => {
    await node.client.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await node.client.config('SET', 'appendonly', 'no');

    const error = await start().catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(ConfigProblem);
    expect((error as ConfigProblem).message).toMatch(
      /noeviction[\s\S]*appendonly[\s\S]*BEANPOD_REDIS_CHECK=off/,
    );
  });

  test('is taken when the operator says so', async () => {
    await node.client.config('SET', 'maxmemory-policy', 'allkeys-lru');

    await start({ BEANPOD_REDIS_CHECK: 'off' });

    expect((await call().get('/readyz')).status).toBe(200);
  });

  test('makes a running API unready', async () => {
    await start();
    expect((await call().get('/readyz')).status).toBe(200);

    await node.client.config('SET', 'maxmemory-policy', 'volatile-lru');

    const answer = await call().get('/readyz?verbose');
    expect(answer.status).toBe(503);
    expect(JSON.stringify(answer.body)).toContain('noeviction');
  });
});
