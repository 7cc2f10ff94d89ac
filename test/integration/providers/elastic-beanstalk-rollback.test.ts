import { afterEach, describe, expect, it } from 'vitest';
import { BUCKET, startBeanstalk, type Beanstalk } from '../../support/beanstalk.js';

let cloud: Beanstalk;
afterEach(() => cloud.close());

describe('the way back on Elastic Beanstalk', () => {
  it.each(['Immutable', 'TrafficSplitting'] as const)(
    'sends nothing when %s went back by itself and the instances prove it',
    async (policy) => {
      cloud = await startBeanstalk({ instances: 2, policy });
      await cloud.script('v2', policy === 'Immutable' ? 'immutable-fail' : 'trafficsplit-fail');

      const drive = await cloud.deploy('v2');

      expect(drive).toMatchObject({ state: 'rolled_back', cause: { code: 'eb.update-failed' } });
      expect(await cloud.updates()).toEqual(['v2']);
      expect(await cloud.running()).toEqual(['v1', 'v1']);
    },
  );

  it('heals a fleet of which a rolling update left one half on each version', async () => {
    cloud = await startBeanstalk({ instances: 4, policy: 'Rolling', batchSize: 2 });
    await cloud.script('v2', 'rolling-fail-batch2');

    const drive = await cloud.deploy('v2');

    expect(drive.state).toBe('rolled_back');
    expect(await cloud.running()).toEqual(['v1', 'v1', 'v1', 'v1']);
  });

  it('deploys the old version again with basic health, where no instance can prove anything', async () => {
    cloud = await startBeanstalk({ instances: 2, health: 'basic' });
    await cloud.script('v2', 'deploy-fail');

    const drive = await cloud.deploy('v2');

    expect(drive.state).toBe('rolled_back');
    expect(await cloud.updates()).toEqual(['v2', 'v1']);
    expect(await cloud.running()).toEqual(['v1', 'v1']);
  });

  it.each(['enhanced', 'basic'] as const)(
    'is tried once more when it fails, with %s health',
    async (health) => {
      cloud = await startBeanstalk({ instances: 2, health });
      await cloud.script('v2', 'rollback-fails-once');

      const drive = await cloud.deploy('v2');

      expect(drive.state).toBe('rolled_back');
      expect(await cloud.updates()).toEqual(['v2', 'v1', 'v1']);
    },
  );

  it.each(['enhanced', 'basic'] as const)(
    'is given up when it fails twice, with %s health',
    async (health) => {
      cloud = await startBeanstalk({ instances: 2, health });
      await cloud.script('v2', 'rollback-fails-always');

      const drive = await cloud.deploy('v2');

      expect(drive).toMatchObject({ state: 'rollback_failed', failure: { code: 'eb.update-failed' } });
      expect(drive.failure?.detail).toContain('failed twice');
      expect(await cloud.updates()).toEqual(['v2', 'v1', 'v1']);
    },
  );

  it.each(['reset', 'error-after-accept'] as const)(
    'is tried once more, whatever becomes of that call: %s',
    async (kind) => {
      cloud = await startBeanstalk({ instances: 2 });
      await cloud.script('v2', 'rollback-fails-once');
      await cloud.control.fault({ operation: 'UpdateEnvironment', kind, after: 2, times: 1 });

      expect((await cloud.deploy('v2')).state).toBe('rolled_back');
      expect(await cloud.updates()).toEqual(['v2', 'v1', 'v1']);
      expect(await cloud.running()).toEqual(['v1', 'v1']);
      expect(cloud.simulator.site.faults.list()).toEqual([]);
    },
  );

  it('waits for an update that cannot be aborted any more', async () => {
    cloud = await startBeanstalk({ instances: 2 });
    await cloud.script('v2', 'abort-refused', { forMs: 1_500_000 });

    const drive = await cloud.deploy('v2');

    expect(drive.state).toBe('rolled_back');
    expect(await cloud.updates()).toEqual(['v2', 'v1']);
    expect(await cloud.running()).toEqual(['v1', 'v1']);
  });

  it('registers the old version again when it was deleted meanwhile', async () => {
    cloud = await startBeanstalk({ instances: 2 });
    await cloud.script('v2', 'deploy-fail');
    const versions = cloud.simulator.site.applications.get('shop')?.versions;

    const drive = await cloud.deploy('v2', {
      before: (piece) => void (piece === 'ensure-update' && versions?.delete('v1')),
    });

    expect(drive.state).toBe('rolled_back');
    expect(await cloud.running()).toEqual(['v1', 'v1']);
  });

  it('does not exist when only the sample application ran before', async () => {
    cloud = await startBeanstalk({ version: 'Sample Application' });
    await cloud.script('v2', 'deploy-fail');

    const drive = await cloud.deploy('v2');

    expect(drive).toMatchObject({ state: 'failed', noRollback: { code: 'rollback.nothing-before' } });
    expect(await cloud.updates()).toEqual(['v2']);
  });

  it('does not exist when the version that runs is deployed again', async () => {
    cloud = await startBeanstalk({ instances: 2 });
    await cloud.deploy('v2');
    await cloud.script('v2', 'deploy-fail');

    const drive = await cloud.deploy('v2');

    expect(drive).toMatchObject({ state: 'failed', noRollback: { code: 'rollback.nothing-before' } });
    expect(drive.cause?.code).toMatch(/^eb\.update-/);
  });

  it('does not exist when the bundle of the old version is gone', async () => {
    cloud = await startBeanstalk();
    cloud.simulator.site.store.buckets.get(BUCKET)?.objects.delete('shop/v1.zip');

    const { noRollback } = await cloud.deploy('v2');

    expect(noRollback).toMatchObject({ code: 'rollback.version-gone' });
    expect(noRollback?.detail).toContain('shop/v1.zip, which is gone');
  });

  it('does not exist when the old version was deleted before', async () => {
    cloud = await startBeanstalk();
    cloud.simulator.site.applications.get('shop')?.versions.delete('v1');

    expect((await cloud.deploy('v2')).noRollback).toMatchObject({ code: 'rollback.version-gone' });
  });

  it('is open, if unproven, when S3 hides the old bundle', async () => {
    cloud = await startBeanstalk({ instances: 1 });
    await cloud.script('v2', 'deploy-fail');
    await cloud.control.fault({ operation: 'HeadObject', kind: 'access-denied', times: 1 });

    const drive = await cloud.deploy('v2');

    expect(drive.state).toBe('rolled_back');
    expect(drive.baseline).toMatchObject({ rollback: { proof: 'unproven' } });
  });

  it('ends well when the environment is as red as it was before', async () => {
    cloud = await startBeanstalk({ instances: 2, app: 'red' });
    await cloud.script('v2', 'deploy-fail');

    const drive = await cloud.deploy('v2', {
      before: async (piece, nth) => {
        if (piece === 'verify-rollback' && nth === 1) {
          await cloud.control.app('shop-staging', { state: 'red' });
          await cloud.control.advance(60_000);
        }
      },
    });

    expect(drive.state).toBe('rolled_back');
    expect(drive.lines.join('\n')).toContain('severe (before: severe)');
  });

  it('ends in a failure when the environment is terminated meanwhile', async () => {
    cloud = await startBeanstalk({ instances: 1 });
    const [environment] = cloud.simulator.site.environments;

    const drive = await cloud.deploy('v2', {
      before: (piece) => {
        if (piece === 'verify-instances' && environment) environment.status = 'Terminating';
      },
    });

    expect(drive).toMatchObject({
      state: 'rollback_failed',
      cause: { code: 'eb.environment-gone' },
      failure: { code: 'eb.environment-gone' },
    });
  });
});
