import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startElasticBeanstalk } from '../simulators/elastic-beanstalk/start.js';
import { demoEnvironment } from '../simulators/elastic-beanstalk/options.js';
import { callerOf, type Caller } from './caller.js';
import { freePort, useRedis } from './redis.js';
import { startProcess, type BeanpodProcess } from './worker-process.js';

/** The bootstrap token of the instance. */
export const TOKEN = 'token-of-a-live-instance-0123456789';

/** The one target of the instance. */
export const SERVICE = 'shop';
export const ENVIRONMENT = 'staging';

/** Waits and deadlines of the worker by this factor, so that a minute of the cloud takes some seconds. */
const TEMPO = 0.2;
/** Virtual milliseconds by which the cloud moves on every so many real ones. */
const STRIDE_MS = 3_000;
const EVERY_MS = 100;

/**
 * The API and a worker as processes of their own, and a simulated Elastic Beanstalk whose time stands still until it
 * is told to run: a deployment cannot end before the test wants it to. The API keeps its address over restarts.
 */
export async function startLiveInstance(more: Readonly<Record<string, string>> = {}) {
  const redis = useRedis();
  await redis.start();
  const folder = mkdtempSync(path.join(tmpdir(), 'beanpod-live-'));
  const cloud = await startElasticBeanstalk({
    speed: 0,
    region: 'us-east-1',
    eventLagMs: 0,
    environments: [demoEnvironment],
  });
  const port = String(await freePort());
  const url = `http://127.0.0.1:${port}`;
  let passing: NodeJS.Timeout | undefined;
  let api: BeanpodProcess | undefined;
  const settings = {
    REDIS_URL: redis.url,
    BEANPOD_NAMESPACE: redis.namespace,
    BEANPOD_BLOBS: path.join(folder, 'blobs'),
    BEANPOD_TEMPO: String(TEMPO),
    BEANPOD_REDIS_CHECK: 'off',
    BEANPOD_LOG_LEVEL: 'info',
    ...more,
  };

  async function startApi(): Promise<void> {
    api = startProcess('api', {
      ...settings,
      BEANPOD_HOST: '127.0.0.1',
      BEANPOD_PORT: port,
      BEANPOD_ADMIN_TOKEN: TOKEN,
    });
    await api.said('api ready');
  }

  const startWorker = () =>
    startProcess('worker', {
      ...settings,
      ...awsSettings(cloud.url),
      BEANPOD_HOST: '127.0.0.1',
      BEANPOD_HEALTH_PORT: '0',
    });
  let worker = startWorker();
  let workerUrl = '';
  async function stop(): Promise<void> {
    clearInterval(passing);
    await Promise.all([api?.kill('SIGKILL'), worker.kill('SIGKILL')]);
    await cloud.close();
    await redis.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  try {
    const [, ready] = await Promise.all([startApi(), worker.said('worker ready')]);
    workerUrl = String(ready['health']);
  } catch (error) {
    await stop();
    throw error;
  }
  const call: Caller = callerOf(url, TOKEN);
  await call.put(`/v1/services/${SERVICE}`).send({});
  await call.put(`/v1/environments/${ENVIRONMENT}`).send({});
  const target = await call.put(`/v1/targets/${SERVICE}/${ENVIRONMENT}`).send({
    provider: 'elastic-beanstalk',
    spec: { application: 'shop', environment: 'shop-staging', region: 'us-east-1' },
    verify: { stabilityMs: 0 },
  });
  if (target.status >= 300) throw new Error(`The target was refused: ${target.text}`);

  return {
    url,
    /** Where the worker answers probes and scrapes. */
    workerUrl,
    /** The simulated Elastic Beanstalk. */
    cloud,
    call,
    /** Settings of a client. */
    env: { BEANPOD_URL: url, BEANPOD_TOKEN: TOKEN },
    /** Ends the API by a signal and starts it again at the same address; resolves when it is ready. */
    async restartApi(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
      await api?.kill(signal);
      await startApi();
    },
    /** The store of the instance. */
    redis,
    /** Kills the worker without warning and starts another one; resolves when that is ready. */
    async replaceWorker(): Promise<void> {
      await worker.kill('SIGKILL');
      worker = startWorker();
      await worker.said('worker ready');
    },
    /** Lets the cloud move by this many virtual milliseconds. */
    pass: (ms: number) => cloud.site.clock.advance(ms),
    /** Lets the time of the cloud run, fast, until it is halted. */
    run(): void {
      passing ??= setInterval(() => cloud.site.clock.advance(STRIDE_MS), EVERY_MS);
    },
    halt(): void {
      clearInterval(passing);
      passing = undefined;
    },
    stop,
  };
}

export type LiveInstance = Awaited<ReturnType<typeof startLiveInstance>>;

function awsSettings(url: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_ELASTIC_BEANSTALK: url,
    AWS_ENDPOINT_URL_S3: url,
    AWS_ENDPOINT_URL_STS: url,
    AWS_ACCESS_KEY_ID: 'AKIALIVELIVELIVELIVE',
    AWS_SECRET_ACCESS_KEY: 'live',
    AWS_REGION: 'us-east-1',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    BEANPOD_S3_PATH_STYLE: 'true',
  };
}
