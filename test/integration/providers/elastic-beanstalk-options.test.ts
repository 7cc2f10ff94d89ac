import { afterEach, describe, expect, it } from 'vitest';
import { failure } from '../../../src/shared/domain/failures.js';
import { startBeanstalk, type Beanstalk } from '../../support/beanstalk.js';

const ENV = 'aws:elasticbeanstalk:application:environment';
const COMMAND = 'aws:elasticbeanstalk:command';
const SECRET = 'pa55-w0rd-of-the-shop';

let cloud: Beanstalk;
afterEach(() => cloud.close());

function seeded(more: Record<string, string> = {}) {
  return Object.entries({ LOG_LEVEL: 'info', ...more }).map(([name, value]) => ({
    namespace: ENV,
    name,
    value,
  }));
}

/** What the environment has in force, without what the simulator sets by itself. */
function inForce(namespace = ENV): Record<string, string> {
  const [environment] = cloud.simulator.site.environments;
  const own = (environment?.options ?? []).filter((option) => option.namespace === namespace);
  return Object.fromEntries(own.map(({ name, value }) => [name, value]));
}

/** What each accepted UpdateEnvironment carried: a version, options, or both. */
async function requests(): Promise<readonly string[]> {
  const updates = (await cloud.control.mutations()).filter((one) => one.operation === 'UpdateEnvironment');
  return updates.map(({ params }) => {
    const keys = Object.keys(params).join(' ');
    const parts = [
      params['VersionLabel'],
      keys.includes('OptionSettings') && 'options',
      keys.includes('OptionsToRemove') && 'removals',
    ];
    return parts.filter(Boolean).join('+');
  });
}

describe('option settings of a target on Elastic Beanstalk', () => {
  it('are changed before the version, in a request of their own', async () => {
    cloud = await startBeanstalk({ instances: 2, options: seeded() });

    const drive = await cloud.deploy('v2', {
      target: { options: { [ENV]: { LOG_LEVEL: 'debug', NEW: '1' } } },
    });

    expect(drive.state).toBe('succeeded');
    expect(await requests()).toEqual(['options', 'v2']);
    expect(inForce()).toEqual({ LOG_LEVEL: 'debug', NEW: '1' });
    expect(await cloud.running()).toEqual(['v2', 'v2']);
  });

  it('are named by a dry run, with what a rollback cannot restore', async () => {
    cloud = await startBeanstalk({ instances: 1, options: seeded() });
    const rds = { 'aws:rds:dbinstance': { DBAllocatedStorage: '10' } };

    const lines = await cloud.preview({ options: { [ENV]: { LOG_LEVEL: SECRET }, ...rds } });

    expect(lines).toContain(
      `First changes the option settings ${ENV}/LOG_LEVEL, aws:rds:dbinstance/DBAllocatedStorage`,
    );
    expect(lines.join('\n')).toContain('A rollback cannot restore aws:rds:dbinstance/DBAllocatedStorage');
    expect(lines.join('\n')).not.toContain(SECRET);
  });

  it('are left alone when they are in force already', async () => {
    cloud = await startBeanstalk({ instances: 1, options: seeded() });

    await cloud.deploy('v2', { target: { options: { [ENV]: { LOG_LEVEL: 'info' } } } });

    expect(await requests()).toEqual(['v2']);
  });

  it('are restored by a rollback: changed ones set, new ones removed', async () => {
    cloud = await startBeanstalk({ instances: 2, options: seeded() });
    await cloud.script('v2', 'deploy-fail');

    const drive = await cloud.deploy('v2', {
      target: { options: { [ENV]: { LOG_LEVEL: 'debug', NEW: '1' } } },
    });

    expect(drive).toMatchObject({ state: 'rolled_back', cause: { code: 'eb.update-failed' } });
    expect(await requests()).toEqual(['options', 'v2', 'v1', 'options+removals']);
    expect(inForce()).toEqual({ LOG_LEVEL: 'info' });
    expect(await cloud.running()).toEqual(['v1', 'v1']);
    expect(drive.lines).toContain(`info Option settings as before: ${ENV}/LOG_LEVEL, ${ENV}/NEW`);
  });

  it('are restored when the version turns red in its bake', async () => {
    cloud = await startBeanstalk({ instances: 2, options: seeded() });
    await cloud.script('v2', 'red-after-ready', { afterMs: 60_000 });

    const drive = await cloud.deploy('v2', {
      target: { options: { [ENV]: { LOG_LEVEL: 'debug' } } },
      samples: 20,
    });

    expect(drive).toMatchObject({ state: 'rolled_back', cause: { code: 'health.degraded' } });
    expect(inForce()).toEqual({ LOG_LEVEL: 'info' });
  });

  it('are restored alone when the environment turns red under them, and the version is never sent', async () => {
    cloud = await startBeanstalk({ instances: 2, options: seeded() });
    await cloud.script('', 'red-after-ready', { afterMs: 0, times: 1 });

    const drive = await cloud.deploy('v2', {
      target: { options: { [ENV]: { LOG_LEVEL: 'debug' } } },
      before: async (piece, nth) => {
        if (piece === 'settle-environment' && nth === 1) await cloud.control.clearScenarios();
      },
    });

    expect(drive).toMatchObject({ state: 'rolled_back', cause: { code: 'eb.options-failed' } });
    expect(drive.cause?.detail).toContain('under the changed options');
    expect(await requests()).toEqual(['options', 'options']);
    expect(inForce()).toEqual({ LOG_LEVEL: 'info' });
  });

  it('need no restoring when Elastic Beanstalk reverted them itself', async () => {
    cloud = await startBeanstalk({ instances: 2, options: seeded() });
    await cloud.script('', 'deploy-fail');

    const drive = await cloud.deploy('v2', { target: { options: { [ENV]: { LOG_LEVEL: 'debug' } } } });

    expect(drive).toMatchObject({ state: 'rolled_back', cause: { code: 'eb.options-failed' } });
    expect(drive.cause?.detail).toContain('Failed to deploy configuration.');
    expect(await requests()).toEqual(['options']);
    expect(inForce()).toEqual({ LOG_LEVEL: 'info' });
  });

  it('can change while the version stays, and are restored first then', async () => {
    cloud = await startBeanstalk({ instances: 1, options: seeded() });
    await cloud.deploy('v2');
    await cloud.script('v2', 'deploy-fail', { times: 1 });

    const drive = await cloud.deploy('v2', {
      target: { options: { [ENV]: { LOG_LEVEL: 'debug' } } },
      before: async (piece, nth) => {
        if (piece === 'settle-environment' && nth === 1) await cloud.control.clearScenarios();
      },
    });

    expect(drive.state).toBe('rolled_back');
    expect(await requests()).toEqual(['v2', 'options', 'v2', 'options', 'v2']);
    expect(inForce()).toEqual({ LOG_LEVEL: 'info' });
  });

  it('say which of them a rollback cannot restore', async () => {
    const hidden = { namespace: 'aws:rds:dbinstance', name: 'DBPassword', value: '****' };
    cloud = await startBeanstalk({ instances: 1, options: [...seeded(), hidden] });
    await cloud.script('v2', 'deploy-fail');

    const drive = await cloud.deploy('v2', {
      target: {
        options: { [ENV]: { LOG_LEVEL: 'debug' }, 'aws:rds:dbinstance': { DBPassword: SECRET } },
      },
    });

    const loss = 'aws:rds:dbinstance/DBPassword: Elastic Beanstalk hides its value before';
    expect(drive.state).toBe('rolled_back');
    expect(drive.lines).toContain(`warn A rollback cannot restore ${loss}`);
    expect(drive.lines).toContain(`warn Not restored: ${loss}`);
    expect(inForce()).toEqual({ LOG_LEVEL: 'info' });
  });

  it('that Elastic Beanstalk refuses end it before the first write, without their values', async () => {
    cloud = await startBeanstalk({ instances: 1 });

    const drive = await cloud.deploy('v2', {
      target: { options: { [COMMAND]: { Timeout: SECRET, Tiemout: '3' } } },
    });

    expect(drive).toMatchObject({ state: 'failed', wrote: false, cause: { code: 'eb.options-invalid' } });
    expect(drive.cause?.detail).toContain("OptionName: 'Tiemout'): Unknown configuration setting");
    expect(drive.cause?.detail).toContain("Invalid option value: '…'");
    expect(JSON.stringify(drive)).not.toContain(SECRET);
    expect(await cloud.mutations()).toEqual([]);
  });

  it('never show their values, whatever happens', async () => {
    cloud = await startBeanstalk({ instances: 1, options: seeded({ DB: `old-${SECRET}` }) });
    await cloud.script('v2', 'deploy-fail');
    const message = `Configuration validation exception: Invalid option value: '${SECRET}'`;
    await cloud.control.fault({ operation: 'UpdateEnvironment', kind: 'access-denied', message, times: 1 });

    const drive = await cloud.deploy('v2', { target: { options: { [ENV]: { DB: SECRET } } } });

    const { baseline: _, ...shown } = drive;
    expect(drive.state).toBe('rolled_back');
    expect(JSON.stringify(shown)).not.toContain(SECRET);
  });

  it('decide the policy of the same deployment', async () => {
    cloud = await startBeanstalk({ instances: 2, policy: 'AllAtOnce' });

    const drive = await cloud.deploy('v2', { target: { deploymentPolicy: 'Immutable' } });

    expect(drive.state).toBe('succeeded');
    expect(drive.baseline).toMatchObject({ policy: 'Immutable' });
    expect(inForce(COMMAND)).toMatchObject({ DeploymentPolicy: 'Immutable' });
    const titles = cloud.simulator.site.environments[0]?.instances.map((one) => one.label);
    expect(titles).toEqual(['v2', 'v2']);
  });

  it.each(['success', 'deploy-fail', 'red-after-ready'] as const)(
    'are sent once when every call is made by a new worker: %s',
    async (scenario) => {
      cloud = await startBeanstalk({ instances: 2, options: seeded() });
      await cloud.script('v2', scenario);

      const drive = await cloud.deploy('v2', {
        target: { options: { [ENV]: { LOG_LEVEL: 'debug' } } },
        restart: 'at-every-turn',
        samples: 20,
      });

      const good = scenario === 'success';
      expect(drive.state).toBe(good ? 'succeeded' : 'rolled_back');
      expect(await requests()).toEqual(good ? ['options', 'v2'] : ['options', 'v2', 'v1', 'options']);
      expect(inForce()).toEqual({ LOG_LEVEL: good ? 'debug' : 'info' });
    },
  );

  it.each(['ensure-options', 'await-options', 'restore-options', 'await-restored-options'])(
    'are right after a death at %s',
    async (mortal) => {
      cloud = await startBeanstalk({ instances: 1, options: seeded() });
      await cloud.script('v2', 'deploy-fail');

      const drive = await cloud.deploy('v2', {
        target: { options: { [ENV]: { LOG_LEVEL: 'debug' } } },
        dieAt: (piece, nth) => piece === mortal && nth === 1,
      });

      expect(drive.state).toBe('rolled_back');
      expect(drive.lines).toContain(`wait ${mortal}: the worker died`);
      expect(inForce()).toEqual({ LOG_LEVEL: 'info' });
      expect(await requests()).toEqual(['options', 'v2', 'v1', 'options']);
    },
  );

  it('neither fail nor are repeated when the reply to them is lost', async () => {
    cloud = await startBeanstalk({ instances: 1, options: seeded() });
    await cloud.control.fault({ operation: 'UpdateEnvironment', kind: 'reset-after-accept', times: 1 });

    const drive = await cloud.deploy('v2', { target: { options: { [ENV]: { LOG_LEVEL: 'debug' } } } });

    expect(drive.state).toBe('succeeded');
    expect(await requests()).toEqual(['options', 'v2']);
  });

  it('are restored when the deployment is cancelled while they change', async () => {
    cloud = await startBeanstalk({ instances: 1, options: seeded() });

    const drive = await cloud.deploy('v2', {
      target: { options: { [ENV]: { LOG_LEVEL: 'debug' } } },
      giveUpAt: (piece, nth) =>
        piece === 'await-options' && nth === 2 ? failure('deployment.cancelled', 'by hand') : undefined,
    });

    expect(drive.state).toBe('rolled_back');
    expect(inForce()).toEqual({ LOG_LEVEL: 'info' });
    expect(await cloud.running()).toEqual(['v1']);
  });
});
