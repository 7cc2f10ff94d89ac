import { afterEach, describe, expect, it } from 'vitest';
import { startBeanstalk, type Beanstalk } from '../support/beanstalk.js';

let cloud: Beanstalk;
afterEach(() => cloud.close());

describe('a corner case of the automatic rollback', () => {
  it('an earlier version that is FAILED is no way back', async () => {
    cloud = await startBeanstalk();
    const version = cloud.simulator.site.applications.get('shop')?.versions.get('v1');
    if (version) version.status = 'FAILED';

    const { noRollback } = await cloud.deploy('v2');

    expect(noRollback).toMatchObject({ code: 'rollback.version-gone' });
    expect(noRollback?.detail).toContain('FAILED');
  });

  it.each([
    ['throttles', 'throttle', 3],
    ['does not answer', 'service-unavailable', 3],
    ['says that the credentials expired', 'expired-credentials', 5],
  ] as const)('goes on when AWS %s during the rollback', async (_what, kind, times) => {
    cloud = await startBeanstalk({ instances: 2 });
    await cloud.script('v2', 'deploy-fail');

    const drive = await cloud.deploy('v2', {
      before: async (piece, nth) => {
        if (piece !== 'ensure-rollback' || nth !== 1) return;
        await cloud.control.fault({ operation: 'UpdateEnvironment', kind, times });
      },
    });

    expect(drive.state).toBe('rolled_back');
    expect(await cloud.updates()).toEqual(['v2', 'v1']);
    expect(await cloud.running()).toEqual(['v1', 'v1']);
  });

  it('changed options and a failed version go back together', async () => {
    const namespace = 'aws:elasticbeanstalk:application:environment';
    cloud = await startBeanstalk({ instances: 2, options: [{ namespace, name: 'MODE', value: 'old' }] });
    await cloud.script('v2', 'partial-success');

    const drive = await cloud.deploy('v2', { target: { options: { [namespace]: { MODE: 'new' } } } });

    expect(drive.state).toBe('rolled_back');
    expect(await cloud.running()).toEqual(['v1', 'v1']);
    const [environment] = cloud.simulator.site.environments;
    expect(environment?.options).toContainEqual({ namespace, name: 'MODE', value: 'old' });
  });

  it('a person who deploys during the rollback is not fought', async () => {
    cloud = await startBeanstalk({ instances: 2 });
    await cloud.script('v2', 'deploy-fail');

    const drive = await cloud.deploy('v2', {
      before: async (piece, nth) => {
        if (piece === 'verify-rollback' && nth === 1)
          await cloud.control.foreignUpdate('shop-staging', 'hotfix');
      },
    });

    expect(drive).toMatchObject({ state: 'rollback_failed', failure: { code: 'target.changed-elsewhere' } });
    expect(await cloud.running()).toEqual(['hotfix', 'hotfix']);
    expect(await cloud.updates()).toEqual(['v2', 'v1']);
  });
});

describe('worker crash at every persisted step', () => {
  it.each([
    ['success', ['succeeded'], ['v2']],
    ['deploy-fail', ['rolled_back'], ['v2', 'v1']],
    ['rollback-fails-once', ['rolled_back'], ['v2', 'v1', 'v1']],
    ['rollback-fails-always', ['rollback_failed'], ['v2', 'v1', 'v1']],
    ['stuck-updating', ['rolled_back'], ['v2', 'v1']],
    ['reset-after-accept', ['succeeded'], ['v2']],
    ['foreign-update', ['superseded'], ['v2']],
  ] as const)(
    'ends %s as without the crash, with one accepted update for each intent',
    async (scenario, states, updates) => {
      for (let victim = 1, died = true; died; victim++) {
        cloud = await startBeanstalk({ instances: 2 });
        await cloud.script('v2', scenario);
        let stored = 0;

        const drive = await cloud.deploy('v2', { dieAt: () => ++stored === victim });

        died = stored >= victim;
        expect([victim, drive.state, await cloud.updates()]).toEqual([victim, ...states, updates]);
        await cloud.close();
      }
    },
    120_000,
  );
});
