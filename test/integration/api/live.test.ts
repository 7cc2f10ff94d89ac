import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWorker } from '../../../src/workers/main.js';
import { loadConfig } from '../../../src/shared/config/load.js';
import { createLogger } from '../../../src/shared/log/logger.js';
import { createRedactor } from '../../../src/shared/log/redact.js';
import { startElasticBeanstalk, type RunningSimulator } from '../../simulators/elastic-beanstalk/start.js';
import { useApi } from '../../support/api.js';
import { pointSdkTo } from '../../support/aws.js';
import type { Answer } from '../../support/caller.js';
import type { OperationsView, OperationView } from '../../../src/shared/contract/live-operation.js';
import type { CleanUpView, InstancesView, LogsView } from '../../../src/shared/contract/live-view.js';

const SPEED = 100;
const BUCKET = 'elasticbeanstalk-us-east-1-123456789012';
const api = useApi();
const artifact = { type: 'image', image: `registry.example.com/shop@sha256:${'a'.repeat(64)}` };
const live = '/v1/targets/shop-api/staging/live';
let sim: RunningSimulator;
let worker: Awaited<ReturnType<typeof startWorker>>;

beforeAll(async () => {
  const shop = { application: 'shop', version: 'v1' };
  sim = await startElasticBeanstalk({
    speed: SPEED,
    environments: [
      { ...shop, environment: 'shop-staging', instances: 3 },
      { ...shop, environment: 'shop-basic', instances: 1, health: 'basic' },
    ],
  });
  pointSdkTo(sim.url);
  await api.start();
  const spec = { application: 'shop', environment: 'shop-staging', region: 'us-east-1' };
  const verify = { stabilityMs: 10_000 };
  await api.configure('shop-api', 'staging', { provider: 'elastic-beanstalk', spec, verify });
  await api.configure('shop-api', 'basic', {
    provider: 'elastic-beanstalk',
    spec: { ...spec, environment: 'shop-basic' },
  });
  const config = loadConfig({
    REDIS_URL: api.redis.url,
    BEANPOD_NAMESPACE: api.redis.namespace,
    BEANPOD_BLOBS: `${api.folder}/blobs`,
    BEANPOD_S3_PATH_STYLE: 'true',
    BEANPOD_TEMPO: String(1 / SPEED),
    BEANPOD_LOG_LEVEL: process.env['TEST_LOG'] ?? 'silent',
    BEANPOD_REDIS_CHECK: 'off',
  });
  worker = await startWorker(config, createLogger(config.logLevel), createRedactor());
});
afterAll(async () => {
  await worker.close();
  await api.stop();
  await sim.close();
});

/** The body of an answer that says 200. */
function viewOf({ status, text }: Answer): unknown {
  expect(status, text).toBe(200);
  return JSON.parse(text);
}

/** Deploys a version and answers the deployment when it has ended. */
async function deploy(version: string) {
  const request = { service: 'shop-api', environment: 'staging', version, artifact };
  const accepted = await api.call().post('/v1/deployments').send(request);
  expect(accepted.status, accepted.text).toBe(202);
  const { id } = accepted.body;
  await expect
    .poll(async () => (await api.call().get(`/v1/deployments/${id}?wait=5`)).text, {
      timeout: 50_000,
    })
    .toContain('"terminal":true');
  return (await api.call().get(`/v1/deployments/${id}`)).body;
}

describe('what runs on a target', () => {
  test('is told instance by instance, with its version', async () => {
    const { instances } = viewOf(await api.call().get(`${live}/instances`)) as InstancesView;

    expect(instances).toHaveLength(3);
    for (const instance of instances)
      expect(instance).toMatchObject({
        health: 'Ok',
        causes: [],
        version: 'v1',
        deployment: 'Deployed',
        deploymentId: 1,
      });
  });

  test('is not told where health reporting knows no instances, and the answer says why', async () => {
    const { status, body } = await api.call().get('/v1/targets/shop-api/basic/live/instances');

    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'live.failed', failure: { code: 'eb.request-invalid' } });
    expect(body.detail).toContain('basic health reporting');
  });

  test('is unknown for a target that is not there', async () => {
    const { status, body } = await api.call().get('/v1/targets/shop-api/nowhere/live/instances');

    expect([status, body.code]).toEqual([404, 'target.unknown']);
  });

  test('is asked for again when AWS does not answer', async () => {
    await sim.control.fault({ operation: 'DescribeEnvironments', kind: 'service-unavailable', times: 0 });
    try {
      const { status, body, headers } = await api.call().get(`${live}/instances`);

      expect([status, body.code]).toEqual([503, 'live.unavailable']);
      expect(headers['retry-after']).toBe('15');
    } finally {
      await sim.control.clearFaults();
    }
  });
});

describe('a restart of the processes', () => {
  const restart = async (body: object = {}) => {
    const { status, text } = await api
      .call()
      .post(`${live}/restart`)
      .send({ reason: 'They leak', ...body });
    return { status, ...(JSON.parse(text) as Partial<OperationView> & { code?: string }) };
  };
  const asked = async () =>
    (await sim.control.calls()).filter(({ operation }) => operation === 'RestartAppServer').length;

  test('is waited for, health and events with it, and stands in the history with the logs that were pulled', async () => {
    const preview = await restart({ dryRun: true });
    const untouched = await asked();
    const done = await restart();
    await api.call().post(`${live}/logs`).send({ reason: 'Orders fail' });
    const { operations } = viewOf(await api.call().get(`${live}/operations`)) as OperationsView;

    expect(preview.done).toEqual([expect.stringContaining('3 instances, all at the same time')]);
    expect(untouched).toBe(0);
    expect(done).toMatchObject({ status: 200, kind: 'restart', state: 'succeeded' });
    // Info is how Elastic Beanstalk calls an environment that is well while something was done to it.
    expect(done.done?.[0]).toMatch(
      /^The processes of shop-staging were restarted, and its health is (ok|info)$/,
    );
    expect(done.done).toContain('INFO restartAppServer completed successfully.');
    expect(operations.slice(0, 2)).toMatchObject([
      { kind: 'logs', state: 'succeeded', reason: 'Orders fail', done: ['Logs of 3 instances were pulled'] },
      { kind: 'restart', state: 'succeeded', reason: 'They leak' },
    ]);
  });

  test('is asked for once when the answer of AWS is lost, and again when AWS refused', async () => {
    const before = await asked();
    await sim.control.fault({ operation: 'RestartAppServer', kind: 'reset-after-accept', times: 1 });
    const lost = await restart();
    const between = await asked();
    await sim.control.fault({ operation: 'RestartAppServer', kind: 'throttle', times: 1 });
    const refused = await restart();

    expect([lost.status, refused.status]).toEqual([200, 200]);
    expect(between - before).toBe(1);
    expect(lost.done).toContain('INFO restartAppServer completed successfully.');
  });

  test('is refused where the platform has no such thing as pods', async () => {
    const { status, text } = await api.call().post(`${live}/scale`).send({ replicas: 2, reason: 'More' });

    expect(status).toBe(422);
    expect(JSON.parse(text)).toMatchObject({ failure: { code: 'operation.unsupported' } });
  });
});

describe('logs on demand', () => {
  test('are the ends of the files of every instance, the most telling first, without an address', async () => {
    const answer = await api.call().post(`${live}/logs`).send({});

    const { logs, missing } = viewOf(answer) as LogsView;
    expect(missing).toEqual([]);
    expect(logs).toHaveLength(3);
    for (const { files } of logs) expect(files?.[0]?.file).toBe('eb-engine.log');
    expect(answer.text).not.toMatch(/X-Amz-|Signature=/);
  });

  test('are zip files that can be downloaded', async () => {
    const answer = await api.call().post(`${live}/logs`).send({ kind: 'bundle' });

    const { logs } = viewOf(answer) as LogsView;
    expect(answer.text).not.toMatch(/X-Amz-|Signature=/);
    expect(logs).toHaveLength(3);
    for (const { download = '' } of logs) {
      const zip = await fetch(`${api.url}${download}`, { headers: { authorization: `Bearer ${api.token}` } });
      expect(zip.headers.get('content-type')).toBe('application/zip');
      const bytes = Buffer.from(await zip.arrayBuffer());
      expect(bytes.subarray(0, 2).toString()).toBe('PK');
      expect(bytes.includes('var/log/eb-engine.log')).toBe(true);
    }
    expect((await api.call().get(`${live}/logs/19`)).body.code).toBe('live.logs-unknown');
  });

  test('of a broken deployment are attached to it', async () => {
    const { id, state } = await deploy('v3-bad');
    expect(state).toBe('rolled_back');

    const { text } = await api.call().get(`/v1/deployments/${id}/events`);
    const { lines } = JSON.parse(text) as { lines: { code: string; data: { name: string } }[] };
    const names = lines.filter(({ code }) => code === 'evidence.attached').map(({ data }) => data.name);
    expect(names).toHaveLength(3);
    const attached = await api.call().get(`/v1/deployments/${id}/attachments/${names[0]}`);
    expect(attached.headers['content-type']).toContain('text/plain');
    expect(attached.text).toContain('/var/log/eb-engine.log');
    const missing = await api.call().get(`/v1/deployments/${id}/attachments/other.log`);
    expect([missing.status, missing.body.code]).toEqual([404, 'attachment.unknown']);
  });
});

describe('a clean-up of versions', () => {
  test('removes what nothing needs, leaves the sources, and says why the rest stays', async () => {
    for (const version of ['v4', 'v5-bad', 'v6']) await deploy(version);
    const versions = () => [...(sim.site.applications.get('shop')?.versions.keys() ?? [])].sort();
    const before = versions();
    // Logs that were asked for lie in the same bucket and end by themselves.
    const sourcesNow = () =>
      [...(sim.site.store.buckets.get(BUCKET)?.objects.keys() ?? [])]
        .filter((key) => !key.includes('/logs/'))
        .sort();
    const sources = sourcesNow();
    const path = '/v1/services/shop-api/versions/cleanup';

    const dry = await api.call().post(path).send({ dryRun: true, keep: 1, days: 1 });

    const { targets } = viewOf(dry) as CleanUpView;
    const staging = targets.find((each) => each.environment === 'staging');
    expect([...(staging?.removed ?? [])].sort()).toEqual(['v3-bad', 'v5-bad']);
    const reasons = new Map(staging?.kept.map(({ version, because }) => [version, because]));
    expect(reasons.get('v6')).toContain('runs it');
    expect(reasons.get('v4')).toContain('would go back to it');
    expect(reasons.get('v1')).toContain('no deployment of this service');
    expect(versions()).toEqual(before);

    const real = await api.call().post(path).send({ keep: 1, days: 1 });

    expect(real.status, real.text).toBe(200);
    expect(versions()).toEqual(before.filter((label) => !label.endsWith('-bad')));
    expect(sourcesNow()).toEqual(sources);
    expect(sources).not.toEqual([]);
  });
});
