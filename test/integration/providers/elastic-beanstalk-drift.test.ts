import { ElasticBeanstalk } from '@aws-sdk/client-elastic-beanstalk';
import { afterEach, describe, expect, it } from 'vitest';
import { startBeanstalk, type Beanstalk } from '../../support/beanstalk.js';

const ENV = 'aws:elasticbeanstalk:application:environment';
const SECRET = 'pa55-w0rd-of-the-shop';
const TARGET = { options: { [ENV]: { LOG_LEVEL: 'debug', TOKEN: SECRET } } };

let cloud: Beanstalk;
afterEach(() => cloud.close());

/** What somebody does at a console, until it is done. */
async function byHand(act: (person: ElasticBeanstalk) => Promise<unknown>): Promise<void> {
  const person = new ElasticBeanstalk({ endpoint: cloud.simulator.url, region: 'us-east-1' });
  await act(person);
  person.destroy();
  cloud.simulator.site.clock.advance(20 * 60_000);
}

const changed = (fields: readonly object[], environment = 'shop-staging') => ({
  said: 'done',
  value: [{ name: `Environment ${environment}`, change: 'changed', fields }],
});

describe('drift of an environment of Elastic Beanstalk', () => {
  it('is none after a deployment, whatever options the target does not name', async () => {
    cloud = await startBeanstalk({ instances: 2, versions: ['hotfix'] });
    const drive = await cloud.deploy('v2', { target: TARGET });
    const other = { Namespace: ENV, OptionName: 'THEIRS', Value: '1' };
    await byHand((person) =>
      person.updateEnvironment({ EnvironmentName: 'shop-staging', OptionSettings: [other] }),
    );

    expect(await cloud.drift('v2', drive, TARGET)).toEqual({ said: 'done', value: [] });
  });

  it('names options that somebody changed, without their values', async () => {
    cloud = await startBeanstalk({ instances: 2 });
    const drive = await cloud.deploy('v2', { target: TARGET });
    const option = { Namespace: ENV, OptionName: 'TOKEN', Value: 'another-one' };
    await byHand((person) =>
      person.updateEnvironment({ EnvironmentName: 'shop-staging', OptionSettings: [option] }),
    );

    expect(await cloud.drift('v2', drive, TARGET)).toEqual(changed([{ path: `option ${ENV}/TOKEN` }]));
  });

  it('names the version that somebody else deployed, of the environment and its instances', async () => {
    cloud = await startBeanstalk({ instances: 1, versions: ['hotfix'] });
    const drive = await cloud.deploy('v2');
    await byHand((person) =>
      person.updateEnvironment({ EnvironmentName: 'shop-staging', VersionLabel: 'hotfix' }),
    );
    const [instance] = (await cloud.control.environment('shop-staging')).instances;

    const [recorded, live] = ['"v2"', '"hotfix"'];
    expect(await cloud.drift('v2', drive)).toEqual(
      changed([
        { path: 'version label', recorded, live },
        { path: `version label of ${instance?.id}`, recorded, live },
      ]),
    );
  });

  it('is not known while somebody updates the environment', async () => {
    cloud = await startBeanstalk({ instances: 2 });
    const drive = await cloud.deploy('v2');
    await cloud.control.managedUpdate('shop-staging', 60_000);

    expect(await cloud.drift('v2', drive)).toMatchObject({
      said: 'wait',
      because: 'shop-staging is updating',
    });
  });

  it('says that the environment is gone only when it was terminated, not when it is hidden', async () => {
    cloud = await startBeanstalk({ instances: 1 });
    const drive = await cloud.deploy('v2');
    const hidden = await cloud.drift('v2', drive, { environment: 'never-was' });
    await byHand((person) => person.terminateEnvironment({ EnvironmentName: 'shop-staging' }));

    expect(hidden).toMatchObject({ said: 'failed', failure: { code: 'eb.environment-missing' } });
    expect(await cloud.drift('v2', drive)).toEqual({
      said: 'done',
      value: [{ name: 'Environment shop-staging', change: 'gone', fields: [] }],
    });
  });

  it('looks at whichever environment of a pair has the traffic', async () => {
    const pair = { blueGreen: { environment: 'shop-green', cname: 'shop' } };
    cloud = await startBeanstalk({ instances: 1, cnamePrefix: 'shop' });
    await cloud.control.seed({ application: 'shop', environment: 'shop-green', cnamePrefix: 'shop-idle' });
    const drive = await cloud.deploy('v2', { target: pair });

    expect(drive.state).toBe('succeeded');
    expect(await cloud.drift('v2', drive, pair)).toEqual({ said: 'done', value: [] });
    const live = { recorded: '"v3"', live: '"v2"' };
    expect(await cloud.drift('v3', drive, pair)).toMatchObject(
      changed([{ path: 'version label', ...live }, live], 'shop-green'),
    );
  });
});
