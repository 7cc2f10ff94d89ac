import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { createLeash } from '../set-up/leash.mjs';
import { freePort } from '../set-up/redis.mjs';
import { buildPage } from './build-page.js';
import { startChild, type Child } from './child.js';
import { createClient, type Client } from './client.js';
import { speed, type Scene, type StartChild, type Story } from './story.js';

/** Everything that the demo needs, running. */
export interface Stage {
  readonly client: Client;
  /** In the order of the stories. */
  readonly scenes: readonly Scene[];
  /** Folder with one log file for each process. */
  readonly logs: string;
  /** Rejects when one of the processes ends by itself. */
  readonly broken: Promise<never>;
  /** Stops every process, the last one started first. */
  close(): Promise<void>;
}

const apiLimitMs = 30_000;

/** Starts the simulated clouds, the API, a worker and a gateway on 127.0.0.1. Stops what it started when one of them fails. */
export async function setStage(root: string, redisUrl: string, stories: readonly Story[]): Promise<Stage> {
  const folder = join(root, '.beanpod', 'demo');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const leash = createLeash();
  const children: Child[] = [];
  const start: StartChild = (name, args, env = {}) => {
    const child = startChild({
      name,
      args: ['--import', 'tsx', ...args],
      env: { ...withoutBeanpod(process.env), ...env },
      logFile: join(folder, `${name}.log`),
      leash,
    });
    children.push(child);
    return child;
  };
  async function close(): Promise<void> {
    for (const child of children.splice(0).reverse()) await child.close();
    leash.close();
  }
  try {
    await buildPage(root);
    const scenes = await Promise.all(
      stories.map(async (story): Promise<Scene> => ({ story, cloud: await story.startCloud(start, folder) })),
    );
    const port = await freePort(8080);
    const token = randomBytes(24).toString('base64url');
    const client = createClient(`http://127.0.0.1:${port}`, token);
    const gatewayPort = await freePort(8090);
    const settings = {
      ...settingsOf(folder, redisUrl),
      BEANPOD_HOST: '127.0.0.1',
      BEANPOD_GATEWAY_KEY: randomBytes(32).toString('base64url'),
    };
    const access = Object.fromEntries(scenes.flatMap(({ cloud }) => Object.entries(cloud.workerEnv)));
    const api = start('api', ['src/main.ts', 'api'], {
      ...settings,
      BEANPOD_PORT: String(port),
      BEANPOD_GATEWAY_URL: `http://127.0.0.1:${gatewayPort}`,
      BEANPOD_ADMIN_TOKEN: token,
    });
    start('worker', ['src/main.ts', 'worker'], { ...settings, ...access });
    start('gateway', ['src/main.ts', 'gateway'], {
      ...settings,
      ...access,
      BEANPOD_GATEWAY_PORT: String(gatewayPort),
    });
    const broken = Promise.race(children.map(({ failed }) => failed));
    broken.catch(() => undefined);
    await Promise.race([untilReady(client.url), api.failed, broken]);
    return { client, scenes, logs: folder, broken, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function settingsOf(folder: string, redisUrl: string): Record<string, string> {
  return {
    REDIS_URL: redisUrl,
    BEANPOD_NAMESPACE: `demo-${randomBytes(4).toString('hex')}`,
    BEANPOD_BLOBS: join(folder, 'blobs'),
    BEANPOD_TEMPO: String(1 / speed),
    BEANPOD_CHECK_NETWORKS: '127.0.0.0/8',
    // A Redis of somebody's own may be set up otherwise, and the demo has nothing to lose.
    BEANPOD_REDIS_CHECK: 'off',
  };
}

// Settings of a real installation must not reach the demo.
function withoutBeanpod(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('BEANPOD_')));
}

async function untilReady(url: string): Promise<void> {
  let seen = 'nothing';
  for (let waited = 0; waited < apiLimitMs; waited += 100) {
    try {
      const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) });
      if (response.ok) return;
      seen = `${response.status} ${await response.text()}`;
    } catch (error) {
      seen = String(error);
    }
    await pause(100);
  }
  throw new Error(
    `The API at ${url} is not ready after ${apiLimitMs / 1_000} seconds. /readyz said: ${seen}`,
  );
}
