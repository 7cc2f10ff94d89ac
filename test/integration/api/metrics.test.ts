import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApi } from '../../../src/api/main.js';
import { loadConfig } from '../../../src/shared/config/load.js';
import { createLogger } from '../../../src/shared/log/logger.js';
import { ARTIFACT, useApi } from '../../support/api.js';
import { createHandWorker } from '../../support/hand-worker.js';
import { freePort } from '../../support/redis.js';
import { readMetrics, type Sample } from '../../support/metrics.js';
import { startRedisNode } from '../../support/redis-node.js';

const api = useApi();
let scrape = '';

beforeAll(async () => {
  const port = await freePort();
  scrape = `http://127.0.0.1:${port}/metrics`;
  await api.start({ BEANPOD_METRICS_PORT: String(port) });
  await api.configure();
});
afterAll(() => api.stop());

async function deploy(version: string): Promise<string> {
  const body = { service: 'shop-api', environment: 'staging', version, artifact: ARTIFACT };
  return (await api.call().post('/v1/deployments').send(body)).body.id;
}

async function sampled(name: string): Promise<readonly Sample[]> {
  return (await readMetrics(scrape)).filter((sample) => sample.name === name);
}

describe('the metrics of the API', () => {
  test('tell zeros of every end before the first one, so that the first is an increase', async () => {
    const ended = await sampled('beanpod_deployments_ended_total');

    expect(ended).toContainEqual({
      name: 'beanpod_deployments_ended_total',
      labels: { environment: 'staging', state: 'rollback_failed' },
      value: 0,
    });
  });

  test('count what is under way and how it ended, and say how long it waits', async () => {
    const worker = createHandWorker(api.redis);
    const [good, bad] = [await deploy('1'), await deploy('2')];
    await deploy('3');
    await deploy('4');
    await worker.succeed(good);
    await worker.rollBack(bad);

    await expect
      .poll(async () => (await sampled('beanpod_deployments_ended_total')).filter(({ value }) => value > 0))
      .toEqual([
        {
          name: 'beanpod_deployments_ended_total',
          labels: { environment: 'staging', state: 'succeeded' },
          value: 1,
        },
        {
          name: 'beanpod_deployments_ended_total',
          labels: { environment: 'staging', state: 'rolled_back' },
          value: 1,
        },
      ]);
    expect(await sampled('beanpod_deployments_live')).toEqual([
      { name: 'beanpod_deployments_live', labels: { environment: 'staging', state: 'queued' }, value: 2 },
    ]);
    expect((await sampled('beanpod_queue_oldest_seconds'))[0]?.value).toBeGreaterThan(0);
    expect(await sampled('beanpod_queue_uncalled')).toEqual([
      { name: 'beanpod_queue_uncalled', labels: {}, value: 1 },
    ]);
    expect(await sampled('beanpod_store_up')).toEqual([{ name: 'beanpod_store_up', labels: {}, value: 1 }]);
    expect(await sampled('beanpod_store_violations')).toEqual([
      { name: 'beanpod_store_violations', labels: {}, value: 0 },
    ]);
  });

  test('time requests by the template of their route, those that wait apart', async () => {
    const id = await deploy('5');
    await api.call().get(`/v1/deployments/${id}?wait=1`);
    await api.call().get('/v1/services/nothing-of-this-name');

    const counts = (await sampled('beanpod_http_request_seconds_count')).map(({ labels }) => labels);

    expect(counts).toContainEqual({
      method: 'get',
      route: '/v1/deployments/{id}',
      status: '200',
      mode: 'waiting',
    });
    expect(counts).toContainEqual({
      method: 'get',
      route: '/v1/services/{service}',
      status: '404',
      mode: 'prompt',
    });
    expect(JSON.stringify(counts)).not.toMatch(/nothing-of-this-name|shop-api/);
  });

  test('are not on the address of the API, and nothing else is on theirs', async () => {
    expect((await api.call().get('/metrics').set('accept', 'text/plain')).status).toBe(404);
    expect((await fetch(scrape.replace('/metrics', '/v1/services'))).status).toBe(404);
  });
});

test('while Redis is away the metrics are there, say so, and claim no zeros', async () => {
  const redis = await startRedisNode();
  const port = await freePort();
  const config = loadConfig({
    REDIS_URL: redis.url,
    BEANPOD_HOST: '127.0.0.1',
    BEANPOD_PORT: '0',
    BEANPOD_METRICS_PORT: String(port),
    BEANPOD_REDIS_CHECK: 'off',
    BEANPOD_BLOBS: api.folder,
  });
  const other = await startApi(config, createLogger('silent'));
  await redis.close();

  const found = await readMetrics(`http://127.0.0.1:${port}/metrics`);

  await other.close();
  expect(found.find(({ name }) => name === 'beanpod_store_up')?.value).toBe(0);
  expect(found.filter(({ name }) => /^beanpod_(queue|deployments|store_violations)/.test(name))).toEqual([]);
});
