import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/shared/config/load.js';
import type { OperationView } from '../../../src/shared/contract/live-operation.js';
import { createLogger } from '../../../src/shared/log/logger.js';
import { createRedactor } from '../../../src/shared/log/redact.js';
import { startWorker } from '../../../src/workers/main.js';
import { say } from '../../simulators/elastic-beanstalk/site.js';
import { startElasticBeanstalk, type RunningSimulator } from '../../simulators/elastic-beanstalk/start.js';
import { useApi } from '../../support/api.js';
import { pointSdkTo } from '../../support/aws.js';

/** A quarter of an hour for a restart is half a minute here. */
const TEMPO = '0.03';
const PATIENCE = { timeout: 90_000, interval: 100 };
const LIVE = '/v1/targets/shop-api/staging/live';
const api = useApi();
/** Requests that are being answered; each waits for the end of its operation a while. */
const asked: Promise<unknown>[] = [];
let sim: RunningSimulator;
let worker: Awaited<ReturnType<typeof startWorker>>;

beforeAll(async () => {
  sim = await startElasticBeanstalk({
    speed: 100,
    environments: [{ application: 'shop', version: 'v1', environment: 'shop-staging', instances: 2 }],
  });
  pointSdkTo(sim.url);
  await api.start();
  const spec = { application: 'shop', environment: 'shop-staging', region: 'us-east-1' };
  await api.configure('shop-api', 'staging', { provider: 'elastic-beanstalk', spec });
  const config = loadConfig({
    REDIS_URL: api.redis.url,
    BEANPOD_NAMESPACE: api.redis.namespace,
    BEANPOD_BLOBS: `${api.folder}/blobs`,
    BEANPOD_TEMPO: TEMPO,
    BEANPOD_LOG_LEVEL: process.env['TEST_LOG'] ?? 'silent',
    BEANPOD_REDIS_CHECK: 'off',
  });
  worker = await startWorker(config, createLogger(config.logLevel), createRedactor());
});
afterEach(() => sim.control.clearFaults());
afterAll(async () => {
  await Promise.all(asked);
  await worker.close();
  await api.stop();
  await sim.close();
});

/** Asks for a restart under a key and answers its operation as soon as it is stored; nobody waits for its end. */
async function restart(key: string): Promise<() => Promise<OperationView>> {
  const asking = api.call().post(`${LIVE}/restart`).set({ 'idempotency-key': key }).send({ reason: key });
  asked.push(Promise.resolve(asking));
  const newest = async () => {
    const { operations } = (await api.call().get(`${LIVE}/operations`)).body as unknown as {
      operations: readonly OperationView[];
    };
    return operations.find(({ reason }) => reason === key);
  };
  await expect.poll(newest, PATIENCE).toBeDefined();
  return async () => {
    const found = await newest();
    if (!found) throw new Error(`The operation "${key}" is gone`);
    return found;
  };
}

const sent = async () =>
  (await sim.control.calls()).filter(({ operation }) => operation === 'RestartAppServer').length;
const environment = () => {
  const found = sim.site.environments.find(({ name }) => name === 'shop-staging');
  if (!found) throw new Error('The environment is gone');
  return found;
};

describe('a restart of the processes of an environment', () => {
  test('that AWS refuses fails with its reason, and is asked for once', async () => {
    const before = await sent();
    await sim.control.fault({ operation: 'RestartAppServer', kind: 'insufficient-privileges', times: 0 });

    const read = await restart('Refused');

    await expect.poll(async () => (await read()).state, PATIENCE).toBe('failed');
    expect((await read()).failure).toMatchObject({ code: 'eb.access-denied' });
    expect((await sent()) - before).toBe(1);
  });

  test('that fails on an instance fails with what the events say', async () => {
    await sim.control.fault({ operation: 'RestartAppServer', kind: 'reset', times: 1 });
    const read = await restart('Failing');
    await expect
      .poll(async () => (await read()).because, PATIENCE)
      .toContain('has not said that it restarts');

    say(sim.site, environment(), { severity: 'INFO', message: 'restartAppServer is starting.' });
    const message = 'Failed to restart application server on instance i-0123456789abcdef0.';
    say(sim.site, environment(), { severity: 'ERROR', message });

    await expect.poll(async () => (await read()).state, PATIENCE).toBe('failed');
    expect((await read()).failure).toMatchObject({ code: 'eb.restart-failed', detail: message });
  });

  test('whose request is never answered ends when its time is over, without being sent again', async () => {
    const before = await sent();
    await sim.control.fault({ operation: 'RestartAppServer', kind: 'hang', times: 1 });

    const read = await restart('Hanging');

    await expect.poll(async () => (await read()).state, PATIENCE).toBe('failed');
    const { failure } = await read();
    expect(failure?.code).toBe('operation.unfinished');
    expect(failure?.detail).toContain('Elastic Beanstalk has not said that it restarts shop-staging');
    expect((await sent()) - before).toBe(1);
  });

  test('waits until the environment is Ready, and is sent only then', async () => {
    const before = await sent();
    await sim.control.managedUpdate('shop-staging', 1_000_000_000);
    const read = await restart('Early');
    await expect
      .poll(async () => (await read()).because, PATIENCE)
      .toBe('Environment shop-staging is Updating');
    expect((await sent()) - before).toBe(0);

    await sim.control.advance(1_000_000_000);

    await expect.poll(async () => (await read()).state, PATIENCE).toBe('succeeded');
    expect((await sent()) - before).toBe(1);
  });

  test('that finds the environment never Ready ends when its time is over, and was never sent', async () => {
    const before = await sent();
    await sim.control.managedUpdate('shop-staging', 1_000_000_000);

    const read = await restart('Never');

    await expect.poll(async () => (await read()).state, PATIENCE).toBe('failed');
    const { failure } = await read();
    expect(failure?.code).toBe('operation.unfinished');
    expect(failure?.detail).toContain('Environment shop-staging is Updating');
    expect((await sent()) - before).toBe(0);
  });
}, 120_000);
