import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSession, type BeanstalkSession } from './beanstalk-session.js';

const ENV = 'aws:elasticbeanstalk:application:environment';
const COMMAND = 'aws:elasticbeanstalk:command';
const LIVE = 'shop-staging';
const IDLE = 'shop-staging-b';
const both = [
  { application: 'shop', environment: LIVE, instances: 2 },
  { application: 'shop', environment: IDLE, instances: 2 },
];

let session: BeanstalkSession;
beforeEach(async () => {
  session = await openSession({ environments: both });
});
afterEach(() => session.close());

function option(OptionName: string, Value: string, Namespace = ENV) {
  return { Namespace, OptionName, Value };
}

async function valueOf(name: string, environment = LIVE): Promise<string | undefined> {
  const query = { ApplicationName: 'shop', EnvironmentName: environment };
  const { ConfigurationSettings: [set] = [] } = await session.eb.describeConfigurationSettings(query);
  return set?.OptionSettings?.find((one) => one.OptionName === name)?.Value;
}

describe('a change of settings alone', () => {
  it('keeps the version and gives every instance a new deployment id', async () => {
    await session.eb.updateEnvironment({ EnvironmentName: LIVE, OptionSettings: [option('LEVEL', 'debug')] });
    expect(await session.environment()).toMatchObject({ Status: 'Updating', VersionLabel: 'v1' });
    await session.sim.control.advance(60_000);

    expect(await session.environment()).toMatchObject({ Status: 'Ready', VersionLabel: 'v1' });
    expect(await valueOf('LEVEL')).toBe('debug');
    const { instances, deploymentId } = await session.sim.control.environment(LIVE);
    expect(deploymentId).toBe(2);
    expect(instances.map((one) => [one.label, one.deploymentId])).toEqual([
      ['v1', 2],
      ['v1', 2],
    ]);
    expect(await session.messages()).toContain('Successfully deployed new configuration to environment.');
  });

  it('changes nothing when it fails, and says so', async () => {
    await session.sim.control.scenario({ match: { label: '' }, scenario: 'deploy-fail' });
    await session.eb.updateEnvironment({ EnvironmentName: LIVE, OptionSettings: [option('LEVEL', 'debug')] });
    await session.sim.control.advance(120_000);

    expect(await valueOf('LEVEL')).toBeUndefined();
    expect(await session.messages()).toEqual(
      expect.arrayContaining([
        'Failed to deploy configuration.',
        'The environment was reverted to the previous configuration setting.',
      ]),
    );
  });

  it('follows no rule that is meant for a version', async () => {
    await session.sim.control.scenario({ match: { environment: LIVE }, scenario: 'deploy-fail' });
    await session.eb.updateEnvironment({ EnvironmentName: LIVE, OptionSettings: [option('LEVEL', 'debug')] });
    await session.sim.control.advance(60_000);

    expect(await valueOf('LEVEL')).toBe('debug');
  });

  it('can come from a saved configuration', async () => {
    await session.eb.updateEnvironment({ EnvironmentName: LIVE, OptionSettings: [option('LEVEL', 'debug')] });
    await session.sim.control.advance(60_000);
    const { EnvironmentId } = await session.environment();
    const saved = { ApplicationName: 'shop', TemplateName: 'saved' };
    await session.eb.createConfigurationTemplate({ ...saved, EnvironmentId });
    await session.eb.updateEnvironment({ EnvironmentName: IDLE, TemplateName: 'saved' });
    await session.sim.control.advance(60_000);

    expect(await valueOf('LEVEL', IDLE)).toBe('debug');
    await session.eb.deleteConfigurationTemplate(saved);
    await expect(session.eb.deleteConfigurationTemplate(saved)).rejects.toThrow(
      "No Configuration Template named 'shop/saved' found.",
    );
    const unsaved = { EnvironmentName: IDLE, TemplateName: 'saved' };
    await expect(session.eb.updateEnvironment(unsaved)).rejects.toThrow('No Configuration Template named');
  });
});

describe('the validation of settings', () => {
  it('tells of every problem at once', async () => {
    const { Messages } = await session.eb.validateConfigurationSettings({
      ApplicationName: 'shop',
      EnvironmentName: LIVE,
      OptionSettings: [
        option('Timeout', '0', COMMAND),
        option('DeploymentPolicy', 'Canary', COMMAND),
        option('Tiemout', '1', COMMAND),
        option('MinSize', 'many', 'aws:autoscaling:asg'),
        option('ANYTHING', 'goes'),
      ],
    });

    expect(Messages?.map((one) => [one.Severity, one.OptionName])).toEqual([
      ['error', 'Timeout'],
      ['error', 'DeploymentPolicy'],
      ['error', 'Tiemout'],
      ['error', 'MinSize'],
    ]);
    expect(Messages?.[0]?.Message).toContain('Value is less than minimum allowed value: 1');
    expect(Messages?.[2]?.Message).toContain('Unknown configuration setting.');
  });
});

describe('a swap of CNAMEs', () => {
  const pair = { SourceEnvironmentName: LIVE, DestinationEnvironmentName: IDLE };

  it('exchanges the names at one moment, and back when it is sent again', async () => {
    const owners: string[] = [];
    session.sim.site.clock.watch(() => {
      const names = session.sim.site.environments.filter((one) => one.cname.startsWith(`${LIVE}.`));
      owners.push(names.map((one) => one.name).join('+'));
    });
    await session.eb.swapEnvironmentCNAMEs(pair);
    expect((await session.environment()).Status).toBe('Updating');
    await session.sim.control.advance(10_000);
    await session.eb.swapEnvironmentCNAMEs(pair);
    await session.sim.control.advance(10_000);

    expect(owners.filter((one, nth) => one !== owners[nth - 1])).toEqual([IDLE, LIVE]);
  });

  it('wants both Ready', async () => {
    await session.sim.control.managedUpdate(IDLE, 60_000);

    await expect(session.eb.swapEnvironmentCNAMEs(pair)).rejects.toThrow('Must be Ready');
  });

  it('wants two environments of one application', async () => {
    await session.sim.control.seed({ application: 'other', environment: 'other-live' });

    await expect(
      session.eb.swapEnvironmentCNAMEs({ ...pair, DestinationEnvironmentName: 'other-live' }),
    ).rejects.toThrow('same application');
  });

  it('turns a version red that cannot bear the traffic', async () => {
    await session.deploy('v2-red-under-traffic');
    await session.sim.control.advance(120_000);
    expect((await session.environment()).HealthStatus).toBe('Ok');

    await session.eb.swapEnvironmentCNAMEs(pair);
    await session.sim.control.advance(60_000);
    expect((await session.environment()).HealthStatus).toBe('Severe');
  });
});
