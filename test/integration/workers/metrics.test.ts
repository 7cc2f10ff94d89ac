import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ENVIRONMENT, SERVICE, startLiveInstance, type LiveInstance } from '../../support/live-instance.js';
import { readMetrics } from '../../support/metrics.js';

let instance: LiveInstance;
beforeAll(async () => (instance = await startLiveInstance()));
afterAll(() => instance.stop());

const samplesOf = async (name: string) =>
  (await readMetrics(`${instance.workerUrl}/metrics`)).filter((sample) => sample.name === name);

describe('the metrics of a worker', () => {
  test('tell the phases of a deployment and every try of the calls that it took, also the throttled', async () => {
    await instance.cloud.control.fault({ operation: 'DescribeEnvironments', kind: 'throttle', times: 2 });
    const body = {
      service: SERVICE,
      environment: ENVIRONMENT,
      version: '1',
      artifact: { type: 'image', image: `registry.example.com/shop@sha256:${'a'.repeat(64)}` },
    };
    const { id } = (await instance.call.post('/v1/deployments').send(body)).body;
    instance.run();
    await expect
      .poll(async () => (await instance.call.get(`/v1/deployments/${id}`)).body.state, { timeout: 50_000 })
      .toBe('succeeded');

    const phases = await samplesOf('beanpod_phase_seconds_count');
    const told = phases.map(({ labels, value }) => [labels['phase'], labels['provider'], value]);
    expect(told.toSorted(([one], [other]) => String(one).localeCompare(String(other)))).toEqual([
      ['deploying', 'elastic-beanstalk', 1],
      ['preparing', 'elastic-beanstalk', 1],
      ['verifying', 'elastic-beanstalk', 1],
      ['waiting', 'elastic-beanstalk', 1],
    ]);
    const calls = await samplesOf('beanpod_provider_call_seconds_count');
    const seen = calls.map(({ labels, value }): Record<string, unknown> => ({ ...labels, value }));
    expect(seen).toContainEqual({
      system: 'elastic-beanstalk',
      operation: 'UpdateEnvironment',
      outcome: 'ok',
      value: 1,
    });
    expect(seen).toContainEqual({
      system: 'elastic-beanstalk',
      operation: 'DescribeEnvironments',
      outcome: 'throttled',
      value: 2,
    });
    expect(seen.some((one) => one['system'] === 's3' && one['outcome'] === 'ok')).toBe(true);
    expect((await samplesOf('beanpod_worker_deployments'))[0]?.value).toBe(0);
  });
});
