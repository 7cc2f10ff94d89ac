import { describe, expect, it } from 'vitest';
import { useMortalBeanstalk } from '../support/mortal-beanstalk.js';

const ENV = 'aws:elasticbeanstalk:application:environment';

const { workers, openShop, deploy: deployTo } = useMortalBeanstalk();
const { fleet } = workers;

async function deploy(version: string): Promise<{ id: string; environment: string }> {
  const shop = await openShop({ options: [{ namespace: ENV, name: 'LEVEL', value: 'info' }] });
  const spec = { options: { [ENV]: { LEVEL: 'debug', NEW: '1' } } };
  return { id: await deployTo(shop, version, { spec }), environment: shop.environment };
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
