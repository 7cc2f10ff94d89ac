import { ElasticBeanstalk } from '@aws-sdk/client-elastic-beanstalk';
import { afterEach, describe, expect, it } from 'vitest';
import { startBeanstalk, type Beanstalk } from '../../support/beanstalk.js';

let cloud: Beanstalk;
afterEach(() => cloud.close());

/** Somebody changes an option of the environment by hand, which leaves its version alone. */
async function changeOptionByHand(): Promise<void> {
  const person = new ElasticBeanstalk({ endpoint: cloud.simulator.url, region: 'us-east-1' });
  const option = { Namespace: 'aws:elasticbeanstalk:command', OptionName: 'Timeout', Value: '900' };
  await person.updateEnvironment({ EnvironmentName: 'shop-staging', OptionSettings: [option] });
  person.destroy();
}

async function abortByHand(): Promise<void> {
  const person = new ElasticBeanstalk({ endpoint: cloud.simulator.url, region: 'us-east-1' });
  await person.abortEnvironmentUpdate({ EnvironmentName: 'shop-staging' });
  person.destroy();
}

/** Labels of the deployments; changes of options name none. */
async function deployed(): Promise<readonly string[]> {
  return (await cloud.updates()).filter((label) => label !== '');
}

describe('an operation of somebody else that leaves the version alone', () => {
  it('is waited for in the stability window, and does not supersede the deployment', async () => {
    cloud = await startBeanstalk({ instances: 2 });

    const drive = await cloud.deploy('v2', {
      samples: 12,
      before: async (piece, nth) => {
        if (piece === 'assess' && nth === 3) await changeOptionByHand();
      },
    });

    expect(drive.state).toBe('succeeded');
    expect(drive.lines.join('\n')).toContain('another operation keeps the environment updating');
    expect(await deployed()).toEqual(['v2']);
    expect(await cloud.running()).toEqual(['v2', 'v2']);
  });

  it('is waited for before the update is sent', async () => {
    cloud = await startBeanstalk({ instances: 2 });

    const drive = await cloud.deploy('v2', {
      before: async (piece, nth) => {
        if (piece === 'ensure-update' && nth === 1) await changeOptionByHand();
      },
    });

    expect(drive.state).toBe('succeeded');
    expect(drive.lines.join('\n')).toContain('wait ensure-update: the environment is updating');
    expect(await deployed()).toEqual(['v2']);
  });

  it('is waited for before a rollback, which then goes on', async () => {
    cloud = await startBeanstalk({ instances: 2 });
    await cloud.script('v2', 'red-after-ready');

    const drive = await cloud.deploy('v2', {
      before: async (piece, nth) => {
        if (piece === 'settle-environment' && nth === 1)
          await cloud.control.managedUpdate('shop-staging', 60_000);
      },
    });

    expect(drive.state).toBe('rolled_back');
    expect(await deployed()).toEqual(['v2', 'v1']);
    expect(await cloud.running()).toEqual(['v1', 'v1']);
  });
});

describe('a person who aborts our update', () => {
  it('and deploys another version a moment later is not taken for a failure of ours', async () => {
    cloud = await startBeanstalk({ instances: 2 });

    const drive = await cloud.deploy('v2', {
      before: async (piece, nth) => {
        if (piece !== 'await-environment' || nth !== 2) return;
        await cloud.control.foreignUpdate('shop-staging', 'hotfix');
        // The abort is over, and the update of that person has not begun.
        await cloud.control.advance(15_500);
        expect(await cloud.control.environment('shop-staging')).toMatchObject({
          status: 'Ready',
          label: 'v1',
        });
      },
    });

    expect(drive).toMatchObject({ state: 'superseded', cause: { code: 'target.changed-elsewhere' } });
    expect(await deployed()).toEqual(['v2']);
    expect(await cloud.running()).toEqual(['hotfix', 'hotfix']);
  });

  it('and deploys nothing gets the version before on every instance', async () => {
    cloud = await startBeanstalk({ instances: 2 });

    const drive = await cloud.deploy('v2', {
      before: async (piece, nth) => {
        if (piece === 'await-environment' && nth === 2) await abortByHand();
      },
    });

    expect(drive).toMatchObject({ state: 'rolled_back', cause: { code: 'eb.update-failed' } });
    expect(await deployed()).toEqual(['v2', 'v1']);
    expect(await cloud.running()).toEqual(['v1', 'v1']);
  });
});
