import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startApi } from '../../src/api/main.js';
import { loadConfig } from '../../src/shared/config/load.js';
import { createLogger } from '../../src/shared/log/logger.js';
import { callerOf, type Caller } from './caller.js';
import { useRedis } from './redis.js';

/** The bootstrap token of the API under test. */
export const ADMIN_TOKEN = 'admin-token-of-the-tests-0123456789';

/** A target that the catalogue accepts. */
export const TARGET = {
  provider: 'elastic-beanstalk',
  spec: { application: 'shop', environment: 'shop-staging', region: 'eu-central-1' },
};

/** An artifact that such a target accepts. */
export const ARTIFACT = { type: 's3', bucket: 'ci-artifacts', key: 'shop-api/118.zip' };

/** The real API process on a free port of this machine, over the Redis and a namespace of this test file. */
export function useApi(env: Readonly<Record<string, string>> = {}) {
  const redis = useRedis();
  const folder = mkdtempSync(path.join(tmpdir(), 'beanpod-api-'));
  let running: { url: string; close(): Promise<void> } | undefined;

  async function start(more: Readonly<Record<string, string>> = {}): Promise<string> {
    const config = loadConfig({
      REDIS_URL: redis.url,
      BEANPOD_NAMESPACE: redis.namespace,
      BEANPOD_HOST: '127.0.0.1',
      BEANPOD_PORT: '0',
      BEANPOD_ADMIN_TOKEN: ADMIN_TOKEN,
      BEANPOD_BLOBS: path.join(folder, 'blobs'),
      BEANPOD_LOG_LEVEL: process.env['TEST_LOG'] ?? 'silent',
      BEANPOD_REDIS_CHECK: 'off',
      // All tests of a file are one caller.
      BEANPOD_RATE_CALLER: '0',
      BEANPOD_RATE_ADDRESS: '0',
      BEANPOD_RATE_HOOKS: '0',
      ...env,
      ...more,
    });
    running = await startApi(config, createLogger(config.logLevel));
    return running.url;
  }

  function call(token: string = ADMIN_TOKEN): Caller {
    return callerOf(running?.url ?? '', token);
  }

  return {
    redis,
    token: ADMIN_TOKEN,
    folder,
    get url(): string {
      return running?.url ?? '';
    },
    async start(more?: Readonly<Record<string, string>>): Promise<string> {
      await redis.start();
      return start(more);
    },
    /** A further process over the same store; the caller closes it. */
    async startAnother(more: Readonly<Record<string, string>> = {}) {
      const first = running;
      await start(more);
      const other = running;
      running = first;
      if (!other) throw new Error('The API did not start');
      return other;
    },
    /** Requests with the bootstrap token, with another one, or with none for ''. */
    call,
    /** Registers a service, an environment and their target. */
    async configure(service = 'shop-api', environment = 'staging', target: object = TARGET): Promise<void> {
      await call().put(`/v1/services/${service}`).send({});
      await call().put(`/v1/environments/${environment}`).send({});
      const put = await call().put(`/v1/targets/${service}/${environment}`).send(target);
      if (put.status >= 300) throw new Error(`The target was refused: ${put.text}`);
    },
    async stop(): Promise<void> {
      await running?.close();
      await redis.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
