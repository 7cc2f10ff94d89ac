import { afterEach, describe, expect, it } from 'vitest';
import { startBeanstalk, type Beanstalk } from '../../support/beanstalk.js';

let cloud: Beanstalk;
afterEach(() => cloud.close());

describe('a deployment to Elastic Beanstalk whose worker dies', () => {
  it.each(['ensure-bundle', 'ensure-version', 'ensure-update', 'await-environment', 'assess'])(
    'succeeds with one update after a death at %s',
    async (mortal) => {
      cloud = await startBeanstalk({ instances: 2 });

      const drive = await cloud.deploy('v2', { dieAt: (piece, nth) => piece === mortal && nth === 1 });

      expect(drive.state).toBe('succeeded');
      expect(drive.lines).toContain(`wait ${mortal}: the worker died`);
      expect(await cloud.updates()).toEqual(['v2']);
      expect(await cloud.calls('CreateApplicationVersion')).toBe(1);
    },
  );

  it.each(['settle-environment', 'ensure-rollback', 'await-rollback'])(
    'goes back with one update after a death at %s',
    async (mortal) => {
      cloud = await startBeanstalk({ instances: 2 });
      await cloud.script('v2', 'stuck-updating');

      const drive = await cloud.deploy('v2', { dieAt: (piece, nth) => piece === mortal && nth === 1 });

      expect(drive.state).toBe('rolled_back');
      expect(drive.lines).toContain(`wait ${mortal}: the worker died`);
      expect(await cloud.updates()).toEqual(['v2', 'v1']);
      expect(await cloud.running()).toEqual(['v1', 'v1']);
    },
  );

  it.each([
    ['success', 'succeeded'],
    ['deploy-fail', 'rolled_back'],
    ['partial-success', 'rolled_back'],
    ['red-after-ready', 'rolled_back'],
    ['stuck-updating', 'rolled_back'],
    ['foreign-update', 'superseded'],
    ['reset-after-accept', 'succeeded'],
    ['update-throttled', 'succeeded'],
    ['version-reset-after-accept', 'succeeded'],
    ['version-not-visible', 'succeeded'],
    ['rollback-fails-once', 'rolled_back'],
    ['rollback-fails-always', 'rollback_failed'],
  ] as const)('ends the same when every call is made by a new worker: %s', async (scenario, state) => {
    cloud = await startBeanstalk({ instances: 2 });
    await cloud.script('v2', scenario);

    const drive = await cloud.deploy('v2', { restart: 'at-every-turn' });

    expect(drive.state).toBe(state);
    expect((await cloud.updates()).filter((label) => label === 'v2')).toEqual(['v2']);
  });

  it('finishes what its predecessor sent, when the update ended meanwhile', async () => {
    cloud = await startBeanstalk({ instances: 2 });

    const drive = await cloud.deploy('v2', {
      dieAt: (piece, nth) => piece === 'await-environment' && nth === 1,
      before: async (piece, nth) => {
        if (piece === 'await-environment' && nth === 2) await cloud.control.advance(600_000);
      },
    });

    expect(drive.state).toBe('succeeded');
    expect(await cloud.updates()).toEqual(['v2']);
  });
});

describe('a lost reply of Elastic Beanstalk', () => {
  it.each(['reset-after-accept', 'error-after-accept'] as const)(
    'neither fails nor repeats the update: %s',
    async (scenario) => {
      cloud = await startBeanstalk({ instances: 2 });
      await cloud.script('v2', scenario);

      const drive = await cloud.deploy('v2');

      expect(drive.state).toBe('succeeded');
      expect(drive.lines.join('\n')).toContain('The update was not confirmed');
      expect(await cloud.calls('UpdateEnvironment')).toBe(1);
    },
  );

  it.each(['version-reset-after-accept', 'version-error-after-accept'] as const)(
    'neither fails nor repeats the new version: %s',
    async (scenario) => {
      cloud = await startBeanstalk({ instances: 1 });
      await cloud.script('v2', scenario);

      const drive = await cloud.deploy('v2');

      expect(drive.state).toBe('succeeded');
      expect(await cloud.calls('CreateApplicationVersion')).toBe(1);
    },
  );

  it('sends the update again when it never arrived', async () => {
    cloud = await startBeanstalk({ instances: 1 });
    await cloud.control.fault({ operation: 'UpdateEnvironment', kind: 'reset', times: 1 });

    const drive = await cloud.deploy('v2');

    expect(drive.state).toBe('succeeded');
    expect(await cloud.updates()).toEqual(['v2']);
    expect(await cloud.calls('UpdateEnvironment')).toBe(2);
  });

  it('neither fails nor repeats the rollback', async () => {
    cloud = await startBeanstalk({ instances: 2 });
    await cloud.script('v2', 'deploy-fail');
    await cloud.control.fault({ operation: 'UpdateEnvironment', kind: 'reset-after-accept', after: 1 });

    const drive = await cloud.deploy('v2');

    expect(drive.state).toBe('rolled_back');
    expect(await cloud.updates()).toEqual(['v2', 'v1']);
  });
});
