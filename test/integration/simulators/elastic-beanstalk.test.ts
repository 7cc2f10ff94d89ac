import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { operationNames } from '../../simulators/elastic-beanstalk/api.js';
import { openSession } from './beanstalk-session.js';
import type { BeanstalkSession } from './beanstalk-session.js';

let session: BeanstalkSession;
beforeEach(async () => {
  session = await openSession();
});
afterEach(() => session.close());

const bucket = 'elasticbeanstalk-us-east-1-123456789012';
const staging = { EnvironmentName: 'shop-staging' };

describe('answers that the AWS SDK parses', () => {
  it('serves every operation it claims to know', async () => {
    const exercises = [applications, versions, settings, cnames, updates, health];
    for (const exercise of exercises) await exercise(session);

    const calls = await session.sim.control.calls();
    expect(operationNames.filter((name) => !calls.some((call) => call.operation === name))).toEqual([]);
    expect(calls.filter((call) => call.outcome !== 'accepted')).toEqual([]);
  });

  it('repeats the request id of an answer on the events of its operation', async () => {
    const { eb, sim } = session;
    const answer = await eb.updateEnvironment({ ...staging, VersionLabel: 'v1' });
    await sim.control.advance(120_000);

    const { Events } = await eb.describeEvents({ RequestId: answer.$metadata.requestId ?? '' });

    expect(Events?.at(-1)?.Message).toBe('Environment update is starting.');
    expect(Events?.[0]?.Message).toBe('Environment update completed successfully.');
  });

  it('answers JSON with epoch seconds to old clients that ask for it', async () => {
    const authorization =
      'AWS4-HMAC-SHA256 Credential=AK/20261121/us-east-1/elasticbeanstalk/aws4_request, SignedHeaders=host, Signature=00';
    const response = await fetch(
      `${session.sim.url}/?Operation=DescribeEnvironments&EnvironmentNames.members.1=shop-staging`,
      {
        headers: { accept: 'application/json', authorization },
      },
    );

    const body = (await response.json()) as {
      DescribeEnvironmentsResponse: {
        DescribeEnvironmentsResult: { Environments: { DateCreated: number }[] };
      };
    };
    const environments = body.DescribeEnvironmentsResponse.DescribeEnvironmentsResult.Environments;
    expect(environments[0]?.DateCreated).toBe(Date.parse('2026-11-21T21:00:00Z') / 1_000);
  });
});

describe('refusals', () => {
  const cases: readonly (readonly [string, (open: BeanstalkSession) => Promise<unknown>, object])[] = [
    [
      'an unknown version',
      ({ eb }) => eb.updateEnvironment({ ...staging, VersionLabel: 'nope' }),
      { name: 'InvalidParameterValue', message: "No Application Version named 'nope' found." },
    ],
    [
      'an unknown application',
      ({ eb }) => eb.createApplicationVersion({ ApplicationName: 'nope', VersionLabel: 'v1' }),
      { name: 'InvalidParameterValue', message: "No Application named 'nope' found." },
    ],
    [
      'a label that is taken',
      ({ eb }) => eb.createApplicationVersion({ ApplicationName: 'shop', VersionLabel: 'v1' }),
      { name: 'InvalidParameterValue', message: 'Application Version v1 already exists.' },
    ],
    [
      'a label that is too long',
      ({ eb }) => eb.createApplicationVersion({ ApplicationName: 'shop', VersionLabel: 'v'.repeat(101) }),
      { name: 'InvalidParameterValue' },
    ],
    [
      'a name that is taken',
      ({ eb }) =>
        eb.createEnvironment({
          ApplicationName: 'shop',
          EnvironmentName: 'shop-staging',
          SolutionStackName: 'x',
        }),
      { message: 'Environment shop-staging already exists.' },
    ],
    [
      'an environment without a platform',
      ({ eb }) => eb.createEnvironment({ ApplicationName: 'shop', EnvironmentName: 'shop-other' }),
      { message: 'Unable to determine base for template pack (no solution stack)' },
    ],
    [
      'a bundle that is not in S3',
      ({ eb }) =>
        eb.createApplicationVersion({
          ApplicationName: 'shop',
          VersionLabel: 'v9',
          SourceBundle: { S3Bucket: bucket, S3Key: 'gone' },
        }),
      { name: 'InvalidParameterCombination' },
    ],
    [
      'an abort without an update',
      ({ eb }) => eb.abortEnvironmentUpdate(staging),
      { name: 'InvalidParameterValue', $metadata: { httpStatusCode: 400 } },
    ],
    [
      'the deletion of a version that runs',
      ({ eb }) => eb.deleteApplicationVersion({ ApplicationName: 'shop', VersionLabel: 'v1' }),
      { name: 'InvalidParameterValue' },
    ],
  ];
  it.each(cases)('words its refusal of %s as the service does', async (_, call, error) => {
    await expect(call(session)).rejects.toMatchObject(error);
  });

  it('refuses any change of an environment that is not Ready', async () => {
    const { eb } = session;
    await eb.updateEnvironment({ ...staging, VersionLabel: 'v1' });

    await expect(eb.updateEnvironment({ ...staging, VersionLabel: 'v1' })).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: 'Environment named shop-staging is in an invalid state for this operation. Must be Ready.',
    });
  });

  it('stops at the quota of versions', async () => {
    await session.close();
    session = await openSession({ versionQuota: 1 });

    await expect(session.update('v2')).rejects.toMatchObject({ name: 'TooManyApplicationVersionsException' });
  });
});

async function applications({ eb }: BeanstalkSession): Promise<void> {
  expect((await eb.createStorageLocation({})).S3Bucket).toBe(bucket);
  expect((await eb.createApplication({ ApplicationName: 'blog' })).Application?.ApplicationName).toBe('blog');
  await eb.updateApplication({ ApplicationName: 'blog', Description: 'words' });
  const { Applications } = await eb.describeApplications({ ApplicationNames: ['blog'] });
  expect(Applications?.[0]).toMatchObject({ Description: 'words', Versions: [] });
  await eb.deleteApplication({ ApplicationName: 'blog' });
  const quotas = (await eb.describeAccountAttributes({})).ResourceQuotas;
  expect(quotas?.ApplicationVersionQuota?.Maximum).toBe(1_000);
}

async function versions({ eb, sim }: BeanstalkSession): Promise<void> {
  const source = { S3Bucket: bucket, S3Key: 'shop/v1.zip' };
  const created = await eb.createApplicationVersion({
    ApplicationName: 'shop',
    VersionLabel: 'v2',
    Description: 'second',
    SourceBundle: source,
    Process: true,
    Tags: [{ Key: 'sha', Value: 'abc' }],
  });
  expect(created.ApplicationVersion).toMatchObject({ Status: 'PROCESSING', SourceBundle: source });
  await sim.control.advance(10_000);
  await eb.updateApplicationVersion({ ApplicationName: 'shop', VersionLabel: 'v2', Description: 'better' });
  const found = await eb.describeApplicationVersions({ ApplicationName: 'shop', VersionLabels: ['v2'] });
  expect(found.ApplicationVersions?.[0]).toMatchObject({ Status: 'PROCESSED', Description: 'better' });

  const ResourceArn = created.ApplicationVersion?.ApplicationVersionArn ?? '';
  const TagsToAdd = [{ Key: 'team', Value: 'shop' }];
  await eb.updateTagsForResource({ ResourceArn, TagsToAdd, TagsToRemove: ['sha'] });
  expect((await eb.listTagsForResource({ ResourceArn })).ResourceTags).toEqual(TagsToAdd);
  await eb.deleteApplicationVersion({ ApplicationName: 'shop', VersionLabel: 'v2' });
}

async function settings(open: BeanstalkSession): Promise<void> {
  const { eb } = open;
  const { ConfigurationSettings } = await eb.describeConfigurationSettings({
    ApplicationName: 'shop',
    ...staging,
  });
  expect(ConfigurationSettings?.[0]?.OptionSettings).toContainEqual({
    Namespace: 'aws:elasticbeanstalk:command',
    OptionName: 'DeploymentPolicy',
    Value: 'AllAtOnce',
  });
  const OptionSettings = [{ Namespace: 'nonsense', OptionName: 'x', Value: 'y' }];
  const invalid = await eb.validateConfigurationSettings({
    ApplicationName: 'shop',
    ...staging,
    OptionSettings,
  });
  expect(invalid.Messages?.[0]?.Severity).toBe('error');
  const template = { ApplicationName: 'shop', TemplateName: 'like-staging' };
  const EnvironmentId = (await open.environment()).EnvironmentId ?? '';
  expect(await eb.createConfigurationTemplate({ ...template, EnvironmentId })).toMatchObject(template);
}

async function cnames(open: BeanstalkSession): Promise<void> {
  const { eb, sim } = open;
  const stacks = await eb.listAvailableSolutionStacks({});
  expect(stacks.SolutionStackDetails?.length).toBe(stacks.SolutionStacks?.length);
  expect((await eb.checkDNSAvailability({ CNAMEPrefix: 'shop-staging' })).Available).toBe(false);
  const CNAME = 'shop-green.us-east-1.elasticbeanstalk.com';
  const green = await eb.createEnvironment({
    ApplicationName: 'shop',
    EnvironmentName: 'shop-green',
    CNAMEPrefix: 'shop-green',
    TemplateName: 'like-staging',
    VersionLabel: 'v1',
  });
  expect(green).toMatchObject({ Status: 'Launching', Health: 'Grey', CNAME });
  await eb.deleteConfigurationTemplate({ ApplicationName: 'shop', TemplateName: 'like-staging' });
  await sim.control.advance(300_000);
  const swap = { SourceEnvironmentName: 'shop-green', DestinationEnvironmentName: 'shop-staging' };
  await eb.swapEnvironmentCNAMEs(swap);
  await sim.control.advance(60_000);
  expect((await open.environment()).CNAME).toBe(CNAME);
  await eb.terminateEnvironment({ EnvironmentName: 'shop-green' });
  await sim.control.advance(300_000);
  expect((await eb.describeEnvironments({ EnvironmentNames: ['shop-green'] })).Environments).toEqual([]);
}

async function updates(open: BeanstalkSession): Promise<void> {
  const { eb, sim } = open;
  await eb.restartAppServer(staging);
  await sim.control.advance(60_000);
  await eb.updateEnvironment({ ...staging, VersionLabel: 'v1' });
  await sim.control.advance(6_000);
  await eb.abortEnvironmentUpdate(staging);
  await sim.control.advance(60_000);
  const option = { Namespace: 'aws:elasticbeanstalk:command', OptionName: 'Timeout', Value: '900' };
  await eb.updateEnvironment({ ...staging, VersionLabel: 'v1', OptionSettings: [option] });
  await sim.control.advance(120_000);
  const { ConfigurationSettings } = await eb.describeConfigurationSettings({
    ApplicationName: 'shop',
    ...staging,
  });
  expect(ConfigurationSettings?.[0]?.OptionSettings).toContainEqual(option);
  expect(await open.messages()).toContain('Successfully deployed new configuration to environment.');
}

async function health({ eb, sim }: BeanstalkSession): Promise<void> {
  const { HealthStatus, Color, InstancesHealth } = await eb.describeEnvironmentHealth({
    ...staging,
    AttributeNames: ['All'],
  });
  expect({ HealthStatus, Color }).toEqual({ HealthStatus: 'Ok', Color: 'Green' });
  expect(InstancesHealth).toMatchObject({ Ok: 3, Severe: 0 });
  const { InstanceHealthList = [] } = await eb.describeInstancesHealth({
    ...staging,
    AttributeNames: ['All'],
  });
  expect(InstanceHealthList.map((one) => one.Deployment?.Status)).toEqual(Array(3).fill('Deployed'));
  expect(InstanceHealthList[0]?.System?.LoadAverage?.length).toBe(2);
  const { EnvironmentResources } = await eb.describeEnvironmentResources(staging);
  expect(EnvironmentResources?.Instances?.length).toBe(3);
  expect((await eb.describeEnvironmentManagedActions(staging)).ManagedActions).toEqual([]);
  await eb.requestEnvironmentInfo({ ...staging, InfoType: 'tail' });
  await sim.control.advance(20_000);
  expect((await eb.retrieveEnvironmentInfo({ ...staging, InfoType: 'tail' })).EnvironmentInfo?.length).toBe(
    3,
  );
  expect((await eb.describeEvents({ ...staging, MaxRecords: 1 })).Events?.length).toBe(1);
}
