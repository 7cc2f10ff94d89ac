import { describe, expect, it } from 'vitest';
import { useMortalBeanstalk } from '../support/mortal-beanstalk.js';

const FORWARD = ['ensure-bundle', 'ensure-version', 'ensure-update', 'await-environment', 'verify-instances'];
const BACK = ['settle-environment', 'ensure-rollback', 'await-rollback', 'verify-rollback'];

const { workers, openShop, deploy: deployTo } = useMortalBeanstalk();
const { fleet } = workers;

async function deploy(version: string): Promise<{ id: string; environment: string }> {
  const shop = await openShop();
  return { id: await deployTo(shop, version), environment: shop.environment };
}

async function updates(environment: string): Promise<number> {
  const { id } = await workers.cloud.control.environment(environment);
  const mutations = await workers.cloud.control.mutations();
  return mutations.filter(
    ({ operation, params }) => operation === 'UpdateEnvironment' && JSON.stringify(params).includes(id),
  ).length;
}

async function versionsMade(environment: string): Promise<number> {
  const application = environment.replace('-case', '');
  const mutations = await workers.cloud.control.mutations();
  return mutations.filter(
    ({ operation, params }) =>
      operation === 'CreateApplicationVersion' && JSON.stringify(params).includes(`"${application}"`),
  ).length;
}

async function labels(environment: string): Promise<string[]> {
  const { label, instances } = await workers.cloud.control.environment(environment);
  return [...new Set([label, ...instances.map((instance) => instance.label)])];
}

describe('kill -9 of the worker', () => {
  it.each(FORWARD)(
    'at step %s of a deployment: another one ends it, each mutation happened once',
    async (step) => {
      const { id, environment } = await deploy('v2');
      await fleet.until(() => fleet.started(id, step));
      await fleet.killOwner(id);

      expect(await fleet.end(id)).toEqual({ name: 'succeeded' });
      expect(await updates(environment)).toBe(1);
      expect(await versionsMade(environment)).toBe(1);
      expect(await labels(environment)).toEqual(['v2']);
    },
  );

  it('right after Elastic Beanstalk accepted the update: another one adopts it', async () => {
    const { id, environment } = await deploy('v2');
    await fleet.until(async () => (await updates(environment)) === 1);
    await fleet.killOwner(id);

    expect(await fleet.end(id)).toEqual({ name: 'succeeded' });
    expect(await updates(environment)).toBe(1);
  });

  it.each(BACK)(
    'at step %s of a rollback: another one ends it, each mutation happened once',
    async (step) => {
      const { id, environment } = await deploy('v2-bad');
      await fleet.until(() => fleet.started(id, step));
      await fleet.killOwner(id);

      expect(await fleet.end(id)).toMatchObject({ name: 'rolled_back' });
      expect(await updates(environment)).toBe(2);
      expect(await labels(environment)).toEqual(['v1']);
    },
  );

  it('while the new version is verified: the proof starts anew', async () => {
    const { id } = await deploy('v2');
    await fleet.until(async () => (await workers.beanpod.story(id)).includes('deployment.verifying'));
    await fleet.killOwner(id);

    expect(await fleet.end(id)).toEqual({ name: 'succeeded' });
  });
});
