import { afterEach, describe, expect, it } from 'vitest';
import { failure } from '../../../src/shared/domain/failures.js';
import { startBeanstalk, type Beanstalk } from '../../support/beanstalk.js';

let cloud: Beanstalk;
afterEach(() => cloud.close());

describe('a deployment to Elastic Beanstalk', () => {
  it('succeeds when every instance runs the new version', async () => {
    cloud = await startBeanstalk({ instances: 3 });

    const drive = await cloud.deploy('v2');

    expect(drive.state).toBe('succeeded');
    expect(await cloud.running()).toEqual(['v2', 'v2', 'v2']);
    expect(await cloud.mutations()).toEqual(
      expect.arrayContaining(['CreateApplicationVersion', 'UpdateEnvironment']),
    );
    expect(await cloud.updates()).toEqual(['v2']);
  });

  it('copies the events of Elastic Beanstalk into its log, each once and in their order', async () => {
    cloud = await startBeanstalk({ instances: 2 });
    await cloud.script('v2', 'events-duplicated');

    const { lines } = await cloud.deploy('v2', { restart: 'at-every-turn' });

    const said = lines.filter((line) => line.includes('Elastic Beanstalk: '));
    expect(said[0]).toBe('info Elastic Beanstalk: Environment update is starting.');
    expect(said).toContain('info Elastic Beanstalk: Environment update completed successfully.');
    expect(new Set(said).size).toBe(said.length);
  });

  it.each([
    ['AllAtOnce', 'success'],
    ['Rolling', 'success'],
    ['RollingWithAdditionalBatch', 'success'],
    ['Immutable', 'success'],
    ['TrafficSplitting', 'success'],
    ['AllAtOnce', 'slow'],
    ['AllAtOnce', 'request-id-events-empty'],
    ['AllAtOnce', 'events-late'],
    ['AllAtOnce', 'events-out-of-order'],
    ['AllAtOnce', 'events-flood'],
    ['AllAtOnce', 'managed-update-intervenes'],
  ] as const)('succeeds with %s in spite of %s', async (policy, scenario) => {
    cloud = await startBeanstalk({ instances: 2, policy });
    await cloud.script('v2', scenario);

    const drive = await cloud.deploy('v2');

    expect(drive.state).toBe('succeeded');
    expect(await cloud.running()).toEqual(['v2', 'v2']);
    expect(await cloud.updates()).toEqual(['v2']);
  });

  it.each([
    ['deploy-fail', 'eb.update-failed'],
    ['deploy-fail-no-magic-message', 'eb.update-failed'],
    ['deploy-fail-fast', 'eb.update-failed'],
    ['partial-success', 'eb.update-partial'],
    ['complete-with-errors', 'eb.update-partial'],
    ['command-timeout', 'eb.update-timeout'],
    ['red-after-ready', 'health.degraded'],
    ['grey-nodata', 'deployment.deadline'],
    ['yellow-warning', 'deployment.deadline'],
    ['stuck-updating', 'deployment.deadline'],
  ] as const)('never calls %s a success and heals every instance', async (scenario, code) => {
    cloud = await startBeanstalk({ instances: 3 });
    await cloud.script('v2', scenario);

    const drive = await cloud.deploy('v2');

    expect(drive).toMatchObject({ state: 'rolled_back', cause: { code } });
    expect(await cloud.running()).toEqual(['v1', 'v1', 'v1']);
    expect(await cloud.updates()).toEqual(['v2', 'v1']);
  });

  it('accepts a warning only when the target lists it, and says so', async () => {
    cloud = await startBeanstalk({ instances: 2 });
    await cloud.script('v2', 'yellow-warning');

    const drive = await cloud.deploy('v2', { target: { acceptHealth: ['Ok', 'Info', 'Warning'] } });

    expect(drive.state).toBe('succeeded');
    expect(drive.lines).toContain('warn shop-staging is healthy by its policy, with a warning');
  });

  it('names the instance that stayed on the old version', async () => {
    cloud = await startBeanstalk({ instances: 3 });
    await cloud.script('v2', 'partial-success');

    const { cause } = await cloud.deploy('v2');

    expect(cause?.detail).toMatch(/2 of 3 instances run v2: i-\w+ runs v1 \(deployment 1\) instead of v2/);
  });

  it('puts the failing command and the log of the instances into the evidence', async () => {
    cloud = await startBeanstalk({ instances: 2 });
    await cloud.script('v2', 'deploy-fail');

    const { evidence, lines } = await cloud.deploy('v2');

    expect(evidence?.firstCause).toContain('Command failed on instance. Return code: 1');
    expect(evidence?.lines.join('\n')).toMatch(/eb-engine\.log:\n.*\n[^]*10_migrate\.sh failed/);
    expect([...lines, ...(evidence?.lines ?? [])].join('\n')).not.toMatch(/X-Amz-|Signature=/);
  });

  it.each(['logs-stale', 'logs-missing-instance', 'logs-url-expired', 'logs-fail'] as const)(
    'goes back without logs when there is %s',
    async (scenario) => {
      cloud = await startBeanstalk({ instances: 2 });
      await cloud.script('v2', scenario);

      const drive = await cloud.deploy('v2');

      expect(drive.state).toBe('rolled_back');
      expect(drive.evidence?.lines.join('\n')).toMatch(/did not come in time|could not be collected/);
    },
  );

  it.each(['foreign-update', 'foreign-update-after'] as const)(
    'leaves the environment alone after %s',
    async (scenario) => {
      cloud = await startBeanstalk({ instances: 2 });
      await cloud.script('v2', scenario);

      const drive = await cloud.deploy('v2', { samples: 20 });

      expect(drive).toMatchObject({ state: 'superseded', cause: { code: 'target.changed-elsewhere' } });
      expect(await cloud.running()).toEqual(['foreign-hotfix', 'foreign-hotfix']);
      expect(await cloud.updates()).toEqual(['v2']);
    },
  );

  it('leaves a version alone that somebody deployed before its own update', async () => {
    cloud = await startBeanstalk({ instances: 1, versions: ['other'] });

    const drive = await cloud.deploy('v2', {
      before: async (piece, nth) => {
        if (piece === 'ensure-bundle' && nth === 1)
          await cloud.control.foreignUpdate('shop-staging', 'other');
      },
    });

    expect(drive).toMatchObject({ state: 'superseded', wrote: false });
    expect(await cloud.updates()).toEqual([]);
  });

  it('does not fight a person who went back by hand', async () => {
    cloud = await startBeanstalk({ instances: 1 });

    const drive = await cloud.deploy('v2', {
      before: async (piece, nth) => {
        if (piece === 'verify-instances' && nth === 1)
          await cloud.control.foreignUpdate('shop-staging', 'v1');
      },
    });

    expect(drive).toMatchObject({ state: 'superseded', cause: { code: 'target.changed-elsewhere' } });
    expect(await cloud.updates()).toEqual(['v2']);
  });

  it('waits for an environment that is busy when it comes', async () => {
    cloud = await startBeanstalk({ instances: 1 });
    await cloud.control.managedUpdate('shop-staging', 60_000);

    const drive = await cloud.deploy('v2');

    expect(drive.state).toBe('succeeded');
    expect(drive.lines).toContain('wait capture: shop-staging is updating; waiting until it is Ready');
  });

  it('aborts the update and goes back when it is cancelled', async () => {
    cloud = await startBeanstalk({ instances: 2, policy: 'Rolling' });

    const drive = await cloud.deploy('v2', {
      giveUpAt: (piece, nth) =>
        piece === 'await-environment' && nth === 3 ? failure('deployment.cancelled', 'by hand') : undefined,
    });

    expect(drive.state).toBe('rolled_back');
    expect(await cloud.mutations()).toContain('AbortEnvironmentUpdate');
    expect(await cloud.running()).toEqual(['v1', 'v1']);
  });

  it('deploys to basic health, a worker tier and a single instance', async () => {
    for (const seed of [{ health: 'basic' }, { tier: 'Worker' }, { singleInstance: true }] as const) {
      cloud = await startBeanstalk({ instances: 1, ...seed });
      expect((await cloud.deploy('v2')).state).toBe('succeeded');
      await cloud.close();
    }
    cloud = await startBeanstalk();
  });

  it('goes on when AWS throttles every call for a while', async () => {
    cloud = await startBeanstalk({ instances: 1 });
    await cloud.control.fault({ operation: 'UpdateEnvironment', kind: 'throttle', times: 1 });
    await cloud.control.fault({ operation: 'DescribeEvents', kind: 'throttle', times: 1, after: 3 });

    const drive = await cloud.deploy('v2');

    expect(drive.state).toBe('succeeded');
    expect(await cloud.updates()).toEqual(['v2']);
  });

  it('goes on when the environment is hidden for a moment', async () => {
    cloud = await startBeanstalk({ instances: 1 });

    const drive = await cloud.deploy('v2', {
      before: async (piece, nth) => {
        if (piece === 'await-environment' && nth === 2) {
          await cloud.control.fault({ operation: 'DescribeEnvironments', kind: 'hidden', times: 2 });
        }
      },
    });

    expect(drive.state).toBe('succeeded');
  });

  it('says that an empty answer can mean missing rights', async () => {
    cloud = await startBeanstalk();
    await cloud.control.fault({ operation: 'DescribeEnvironments', kind: 'hidden', times: 0 });

    const drive = await cloud.deploy('v2');

    expect(drive).toMatchObject({ state: 'failed', wrote: false, cause: { code: 'eb.environment-missing' } });
    expect(drive.cause?.hint).toContain('missing permission');
  });

  it('deploys the version that runs once more, when it is asked to', async () => {
    cloud = await startBeanstalk({ instances: 2 });
    await cloud.deploy('v2');

    const drive = await cloud.deploy('v2');

    expect(drive.state).toBe('succeeded');
    expect(await cloud.updates()).toEqual(['v2', 'v2']);
  });

  it('forgives one bad report of the health', async () => {
    cloud = await startBeanstalk({ instances: 2 });

    const drive = await cloud.deploy('v2', {
      before: async (piece, nth) => {
        if (piece !== 'assess' || (nth !== 2 && nth !== 3)) return;
        await cloud.control.app('shop-staging', { state: nth === 2 ? 'red' : 'ok' });
        await cloud.control.advance(60_000);
      },
    });

    expect(drive.state).toBe('succeeded');
    expect(drive.lines.join('\n')).toMatch(/wait assess: health is severe; .*\(1 of 2 in a row\)/);
  });

  it('gives up on an environment that is Ready and refuses every update', async () => {
    cloud = await startBeanstalk({ instances: 1 });
    await cloud.control.fault({
      operation: 'UpdateEnvironment',
      kind: 'access-denied',
      message: 'The stack s associated with environment e is in UPDATE_ROLLBACK_FAILED state.',
      times: 0,
    });

    const drive = await cloud.deploy('v2');

    expect(drive).toMatchObject({ state: 'rolled_back', cause: { code: 'eb.environment-not-ready' } });
    expect(await cloud.updates()).toEqual([]);
  });

  it('refuses what is no source bundle', async () => {
    cloud = await startBeanstalk();

    const drive = await cloud.deploy('v2', {
      artifact: { type: 'images', images: ['shop/api:1'] },
    });

    expect(drive).toMatchObject({ state: 'failed', wrote: false, cause: { code: 'eb.bundle-invalid' } });
  });

  it('refuses an environment of another application', async () => {
    cloud = await startBeanstalk();

    const drive = await cloud.deploy('v2', { target: { application: 'other' } });

    expect(drive).toMatchObject({ state: 'failed', cause: { code: 'eb.environment-mismatch' } });
  });

  it('leaves everything as it is when AWS does not allow the update', async () => {
    cloud = await startBeanstalk({ instances: 2 });
    await cloud.script('v2', 'insufficient-privileges');

    const drive = await cloud.deploy('v2');

    expect(drive).toMatchObject({ state: 'rolled_back', cause: { code: 'eb.access-denied' } });
    expect(await cloud.updates()).toEqual([]);
    expect(await cloud.running()).toEqual(['v1', 'v1']);
  });

  it('waits for new credentials while an update runs', async () => {
    cloud = await startBeanstalk({ instances: 1 });

    const drive = await cloud.deploy('v2', {
      before: async (piece, nth) => {
        if (piece === 'await-environment' && nth === 2) {
          await cloud.control.fault({ operation: 'DescribeEvents', kind: 'expired-credentials', times: 5 });
        }
      },
    });

    expect(drive.state).toBe('succeeded');
  });

  it('knows where checks go, except for a worker', async () => {
    cloud = await startBeanstalk({ instances: 1 });
    const { endpoint } = await cloud.control.environment('shop-staging');
    expect(await cloud.endpoint()).toBe(`http://${endpoint}`);
    await cloud.close();

    cloud = await startBeanstalk({ tier: 'Worker' });
    expect(await cloud.endpoint()).toBeUndefined();
  });
});
