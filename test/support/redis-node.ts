import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from './redis.js';

/** A Redis of one's own that may die, freeze and come back with what it had stored. */
export interface RedisNode {
  readonly url: string;
  readonly port: number;
  /** A connection of the test itself; closed with the node. */
  readonly client: Redis;
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Runs again on the same port with the same folder; resolves when it answers. */
  restart(): Promise<void>;
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  close(): Promise<void>;
}

interface NodeOptions {
  /** Default: a new temporary folder. */
  readonly folder?: string;
  /** Settings on top of, and over, those that Beanpod asks for. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Added to the environment of the process. */
  readonly env?: Readonly<Record<string, string>>;
}

const STANDARD = {
  bind: '127.0.0.1',
  appendonly: 'yes',
  appendfsync: 'always',
  save: '',
  'maxmemory-policy': 'noeviction',
};

/** Starts `redis-server` on a free loopback port; resolves when it answers. */
export async function startRedisNode(options: NodeOptions = {}): Promise<RedisNode> {
  const port = await freePort();
  const folder = options.folder ?? mkdtempSync(path.join(tmpdir(), 'beanpod-redis-'));
  const settings = { ...STANDARD, dir: folder, port: String(port), ...options.settings };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const client = new Redis({ host: '127.0.0.1', port, maxRetriesPerRequest: null, retryStrategy: () => 50 });
  client.on('error', ignore);
  let server: ChildProcess = start();

  function start(): ChildProcess {
    return spawn('redis-server', args, { stdio: 'ignore', env: { ...process.env, ...options.env } });
  }

  async function kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const gone = new Promise((resolve) => server.once('exit', resolve));
    // A frozen process takes SIGTERM only once it runs again.
    server.kill('SIGCONT');
    server.kill(signal);
    await gone;
  }

  async function answered(): Promise<void> {
    while (!/loading:0/.test(await client.info('persistence').catch(() => '')))
      await client.ping().catch(ignore);
  }

  await answered();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    client,
    kill,
    async restart() {
      await kill('SIGKILL');
      server = start();
      await answered();
    },
    signal: (signal) => void server.kill(signal),
    async close() {
      client.disconnect();
      await kill('SIGKILL');
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

function ignore(error: unknown): void {
  void error;
}
