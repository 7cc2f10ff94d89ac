import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { newId } from '../../src/shared/new-id.js';

/** A Redis of one's own, with the durability that Beanpod asks for. */
export interface RedisServer {
  readonly url: string;
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

/** Starts `redis-server` on a free loopback port with an append-only file in a temporary folder. */
export async function startRedisServer(): Promise<RedisServer> {
  const port = await freePort();
  const folder = mkdtempSync(path.join(tmpdir(), 'beanpod-redis-'));
  const args = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--dir',
    folder,
    '--appendonly',
    'yes',
    '--appendfsync',
    'everysec',
  ];
  const server = spawn('redis-server', [...args, '--save', '', '--maxmemory-policy', 'noeviction'], {
    stdio: 'ignore',
  });
  const url = `redis://127.0.0.1:${port}`;
  const probe = new Redis(url, { maxRetriesPerRequest: null });
  probe.on('error', () => undefined);
  await probe.ping();
  probe.disconnect();
  return {
    url,
    process: server,
    async stop() {
      const gone = new Promise((resolve) => server.once('exit', resolve));
      if (server.kill()) await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A client and a namespace of the calling test file on the Redis of the test run, or on one started for this file. */
export function useRedis() {
  const namespace = `test-${newId()}`;
  let server: RedisServer | undefined;
  let client: Redis | undefined;
  return {
    namespace,
    get client(): Redis {
      if (!client) throw new Error('Call start() first');
      return client;
    },
    get url(): string {
      return process.env['REDIS_URL'] ?? server?.url ?? '';
    },
    async start(): Promise<void> {
      if (!process.env['REDIS_URL']) server = await startRedisServer();
      client = new Redis(this.url);
      await client.ping();
    },
    /** Every key of this namespace, for tests that assert that nothing was stored. */
    async keys(): Promise<string[]> {
      const found: string[] = [];
      for await (const page of this.client.scanStream({ match: `{${namespace}}*`, count: 1_000 }))
        found.push(...(page as string[]));
      return found.sort();
    },
    async clear(): Promise<void> {
      const keys = await this.keys();
      if (keys.length > 0) await this.client.unlink(...keys);
    },
    async stop(): Promise<void> {
      await this.clear();
      client?.disconnect();
      await server?.stop();
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
