import { afterEach, describe, expect, it } from 'vitest';
import { failure } from '../../src/shared/domain/failures.js';
import { startBeanstalk, type Beanstalk } from '../support/beanstalk.js';

let cloud: Beanstalk;
afterEach(() => cloud.close());

describe('each deployment policy of Elastic Beanstalk', () => {
  const policies = [
    'AllAtOnce',
    'Rolling',
    'RollingWithAdditionalBatch',
    'Immutable',
    'TrafficSplitting',
  ] as const;
  const revertsByItself = (policy: string): boolean =>
    policy === 'Immutable' || policy === 'TrafficSplitting';

  it.each(policies)('%s that fails gets the rollback that it needs', async (policy) => {
    cloud = await startBeanstalk({ instances: 3, policy });
    await cloud.script('v2', 'deploy-fail');

    const drive = await cloud.deploy('v2');

    expect(drive).toMatchObject({ state: 'rolled_back', cause: { code: 'eb.update-failed' } });
    expect(await cloud.updates()).toEqual(revertsByItself(policy) ? ['v2'] : ['v2', 'v1']);
    expect(await cloud.running()).toEqual(['v1', 'v1', 'v1']);
  });

  it.each(policies)('%s that is given up is aborted, and no instance keeps the version', async (policy) => {
    cloud = await startBeanstalk({ instances: 3, policy });

    const drive = await cloud.deploy('v2', {
      giveUpAt: (piece, nth) =>
        piece === 'await-environment' && nth === 3 ? failure('deployment.cancelled', 'by hand') : undefined,
    });

    expect(drive.state).toBe('rolled_back');
    expect(await cloud.mutations()).toContain('AbortEnvironmentUpdate');
    expect(await cloud.running()).toEqual(['v1', 'v1', 'v1']);
  });

  it.each(policies)('%s whose version turns red in the bake is deployed back', async (policy) => {
    cloud = await startBeanstalk({ instances: 3, policy });
    await cloud.script('v2', 'red-after-ready', { afterMs: 60_000 });

    const drive = await cloud.deploy('v2', { samples: 30 });

    expect(drive).toMatchObject({ state: 'rolled_back', cause: { code: 'health.degraded' } });
    expect(await cloud.updates()).toEqual(['v2', 'v1']);
    expect(await cloud.running()).toEqual(['v1', 'v1', 'v1']);
  });

  it.each(policies)('%s that never ends is given up after its own deadline', async (policy) => {
    cloud = await startBeanstalk({ instances: 3, policy });
    await cloud.script('v2', 'stuck-updating');

    const drive = await cloud.deploy('v2');

    expect(drive).toMatchObject({ state: 'rolled_back', cause: { code: 'deployment.deadline' } });
    const seconds = {
      AllAtOnce: 600 + 240 + 300,
      Rolling: 3 * (600 + 240 + 120) + 300,
      RollingWithAdditionalBatch: 3 * (600 + 240 + 120) + 300 + 900,
      Immutable: 2 * (600 + 840) + 600,
      TrafficSplitting: 2 * (600 + 840) + 600 + 300,
    }[policy];
    expect(drive.tookMs).toBeGreaterThan(seconds * 1_000);
    expect(await cloud.running()).toEqual(['v1', 'v1', 'v1']);
  });
});
