import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startElasticBeanstalk } from '../simulators/elastic-beanstalk/start.js';
import { awsEnvironment } from '../support/aws.js';
import { useMortalWorkers } from '../support/mortal-workers.js';

const SPEED = 100;
const ENV = 'aws:elasticbeanstalk:application:environment';

const workers = useMortalWorkers({
  speed: SPEED,
  open: () => startElasticBeanstalk({ speed: SPEED }),
  settings: (sim) => ({ ...awsEnvironment(sim.url), BEANPOD_S3_PATH_STYLE: 'true' }),
});
const { fleet } = workers;
let cases = 0;
beforeAll(() => workers.start());
afterAll(() => workers.stop());

async function deploy(version: string): Promise<{ id: string; environment: string }> {
  cases += 1;
  const [application, environment] = [`shop-${cases}`, `shop-case-${cases}`];
  const options = [{ namespace: ENV, name: 'LEVEL', value: 'info' }];
  await workers.cloud.control.seed({ application, environment, instances: 2, version: 'v1', options });
  const id = await workers.beanpod.deploy(version, {
    service: application,
    provider: 'elastic-beanstalk',
    spec: { application, environment, region: 'us-east-1', options: { [ENV]: { LEVEL: 'debug', NEW: '1' } } },
    artifact: { type: 'image', image: `registry.example.com/shop@sha256:${'a'.repeat(64)}` },
    verify: { stabilityMs: 15_000 },
  });
  return { id, environment };
}

function inForce(environment: string): Record<string, string> {
  const found = workers.cloud.site.environments.find((one) => one.name === environment);
  const own = (found?.options ?? []).filter((option) => option.namespace === ENV);
  return Object.fromEntries(own.map(({ name, value }) => [name, value]));
}

describe('kill -9 of the worker while option settings change', () => {
  it.each(['ensure-options', 'await-options', 'ensure-update'])(
    'at step %s: another one ends it with the new options and the new version',
    async (step) => {
      const { id, environment } = await deploy('v2');
      await fleet.until(() => fleet.started(id, step));
      await fleet.killOwner(id);

      expect(await fleet.end(id)).toEqual({ name: 'succeeded' });
      expect(inForce(environment)).toEqual({ LEVEL: 'debug', NEW: '1' });
      expect((await workers.cloud.control.environment(environment)).label).toBe('v2');
    },
  );

  it.each(['settle-environment', 'await-rollback', 'restore-options', 'await-restored-options'])(
    'at step %s of the way back: another one ends it with the options as they were',
    async (step) => {
      const { id, environment } = await deploy('v2-bad');
      await fleet.until(() => fleet.started(id, step));
      await fleet.killOwner(id);

      expect(await fleet.end(id)).toMatchObject({ name: 'rolled_back' });
      expect(inForce(environment)).toEqual({ LEVEL: 'info' });
      const { label, instances } = await workers.cloud.control.environment(environment);
      expect([label, ...instances.map((one) => one.label)]).toEqual(['v1', 'v1', 'v1']);
    },
  );
});
