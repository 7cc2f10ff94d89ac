import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../../support/redis.js';

/** One Sentinel, which alone decides about a failover. */
export interface Sentinel {
  /** Port of whom it takes for the primary. */
  primaryPort(): Promise<number>;
  /** How many replicas it could promote. */
  replicas(): Promise<number>;
  close(): Promise<void>;
}

/** Starts a real Sentinel that watches the primary on this loopback port and gives up on it after half a second. */
export async function startSentinel(primaryPort: number): Promise<Sentinel> {
  const folder = mkdtempSync(path.join(tmpdir(), 'beanpod-sentinel-'));
  const file = path.join(folder, 'sentinel.conf');
  const port = await freePort();
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    `sentinel monitor main 127.0.0.1 ${primaryPort} 1`,
    'sentinel down-after-milliseconds main 500',
    'sentinel failover-timeout main 5000',
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  const server = spawn('redis-server', [file, '--sentinel'], { stdio: 'ignore' });
  const client = new Redis({ host: '127.0.0.1', port, maxRetriesPerRequest: null, retryStrategy: () => 50 });
  client.on('error', () => undefined);
  return {
    async primaryPort() {
      const [, found] = (await client.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'main')) as [
        string,
        string,
      ];
      return Number(found);
    },
    async replicas() {
      return ((await client.call('SENTINEL', 'REPLICAS', 'main')) as unknown[]).length;
    },
    async close() {
      client.disconnect();
      const gone = once(server, 'exit');
      if (server.exitCode === null && server.kill('SIGKILL')) await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
