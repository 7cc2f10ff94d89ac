import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useRedis } from '../../support/redis.js';
import { startProcess } from '../../support/worker-process.js';

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const redis = useRedis();
beforeAll(() => redis.start());
afterAll(() => redis.stop());

const settings = () => ({
  REDIS_URL: redis.url,
  BEANPOD_NAMESPACE: redis.namespace,
  BEANPOD_HOST: '127.0.0.1',
  BEANPOD_PORT: '0',
  BEANPOD_REDIS_CHECK: 'off',
});

async function run(args: readonly string[], env: Record<string, string>) {
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(ROOT, 'src/main.ts'), ...args], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, said };
}

describe('the process', () => {
  test('ends with 78 and every problem of its configuration', async () => {
    const { code, said } = await run(['api'], {
      BEANPOD_PORT: 'eighty',
      BEANPOD_LEASE_MS: '5',
      REDIS_URL: 'http://x',
    });

    expect(code).toBe(78);
    expect(said).toContain('BEANPOD_PORT must be integer');
    expect(said).toContain('BEANPOD_LEASE_MS must be >= 1000');
    expect(said).toContain('REDIS_URL');
  });

  test.each([[[]], [['wroker']]])('ends with 78 for the role %j and names the roles', async (args) => {
    const { code, said } = await run(args, {});

    expect(code).toBe(78);
    expect(said).toContain('api, worker, gateway, all');
  });

  test('stops on SIGTERM with 0 after it said that it was ready', async () => {
    const api = startProcess('api', settings());
    const { url } = await api.said('api ready');
    expect((await fetch(`${String(url)}/livez`)).status).toBe(200);

    const gone = once(api.child, 'exit');
    api.child.kill('SIGTERM');

    expect(await gone).toEqual([0, null]);
  });
});
