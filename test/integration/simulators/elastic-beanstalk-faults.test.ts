import { readFile } from 'node:fs/promises';

import { ElasticBeanstalk } from '@aws-sdk/client-elastic-beanstalk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';

import { operationNames } from '../../simulators/elastic-beanstalk/api.js';
import { labelScenario } from '../../simulators/elastic-beanstalk/scenario-choice.js';
import { labelWords, scenarioTitles } from '../../simulators/elastic-beanstalk/scenario-names.js';
import { faultKinds } from '../../simulators/s3/faults.js';
import { openSession } from './beanstalk-session.js';
import type { BeanstalkSession } from './beanstalk-session.js';

let session: BeanstalkSession;
beforeEach(async () => {
  session = await openSession();
});
afterEach(() => session.close());

const staging = { EnvironmentName: 'shop-staging' };

async function committed(operation: string): Promise<number> {
  return (await session.sim.control.mutations()).filter((call) => call.operation === operation).length;
}

describe('faults', () => {
  it('throttle a burst that the SDK rides out', async () => {
    await session.sim.control.fault({ operation: 'DescribeEnvironments', kind: 'throttle', times: 2 });
    const { $metadata } = await session.eb.describeEnvironments({});

    expect($metadata.attempts).toBe(3);
    const codes = (await session.sim.control.calls()).map(({ code }) => code);
    expect(codes).toEqual(['Throttling', 'Throttling', undefined]);
  });

  it('let calls pass before they strike', async () => {
    await session.sim.control.fault({ operation: 'DescribeEvents', kind: 'access-denied', after: 1 });
    await session.eb.describeEvents({});

    await expect(session.eb.describeEvents({})).rejects.toMatchObject({
      name: 'AccessDenied',
      $metadata: { httpStatusCode: 403 },
    });
    await session.eb.describeEvents({});
  });

  it.each([
    ['insufficient-privileges', 'InsufficientPrivilegesException', 403],
    ['expired-credentials', 'ExpiredToken', 403],
    ['invalid-credentials', 'InvalidClientTokenId', 403],
    ['internal-error', 'InternalFailure', 500],
    ['service-unavailable', 'ServiceUnavailable', 503],
  ] as const)('%s is answered with %s and commits nothing', async (kind, name, httpStatusCode) => {
    await session.sim.control.fault({ operation: 'UpdateEnvironment', kind, times: 0 });

    await expect(session.eb.updateEnvironment({ ...staging, VersionLabel: 'v1' })).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode },
    });
    expect(await committed('UpdateEnvironment')).toBe(0);
    expect((await session.environment()).Status).toBe('Ready');
  });

  it('hide what IAM hides as an empty list', async () => {
    await session.sim.control.fault({ operation: 'DescribeEnvironments', kind: 'hidden' });

    expect((await session.eb.describeEnvironments({})).Environments).toEqual([]);
    expect((await session.eb.describeEnvironments({})).Environments?.length).toBe(1);
  });

  it('leave a call without an answer', async () => {
    const impatient = new ElasticBeanstalk({
      endpoint: session.sim.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'x' },
      maxAttempts: 1,
      requestHandler: { requestTimeout: 100, throwOnRequestTimeout: true },
    });
    await session.sim.control.fault({ operation: 'UpdateEnvironment', kind: 'hang-after-accept' });

    await expect(impatient.updateEnvironment({ ...staging, VersionLabel: 'v1' })).rejects.toMatchObject({
      name: 'TimeoutError',
    });

    expect(await committed('UpdateEnvironment')).toBe(1);
    expect((await session.sim.control.calls()).at(-1)?.outcome).toBe('hung');
    impatient.destroy();
  });

  it('delay an answer', async () => {
    await session.sim.control.fault({ operation: 'DescribeEvents', kind: 'slow', delayMs: 30 });

    expect((await session.eb.describeEvents(staging)).Events).toEqual([]);
    expect((await session.sim.control.calls()).at(-1)?.outcome).toBe('accepted');
  });

  it('are refused by the control API when they make no sense', async () => {
    const nonsense = { operation: 'UpdateEnvironment', kind: 'nonsense' } as never;
    await expect(session.sim.control.fault(nonsense)).rejects.toThrow(/kind must be one of/);
  });
});

describe('an answer that is lost after the call was accepted', () => {
  it.each(['reset-after-accept', 'error-after-accept'])(
    'is retried by the SDK into "Must be Ready" (%s)',
    async (name) => {
      await expect(session.update(`v2-scenario-${name}`)).rejects.toMatchObject({
        name: 'InvalidParameterValue',
        message: expect.stringContaining('Must be Ready') as string,
        $metadata: { attempts: 2 },
      });

      expect(await committed('UpdateEnvironment')).toBe(1);
      await session.sim.control.advance(120_000);
      expect((await session.environment()).VersionLabel).toBe(`v2-scenario-${name}`);
    },
  );

  it.each(['version-reset-after-accept', 'version-error-after-accept'])(
    'of a version is retried into "already exists" (%s)',
    async (name) => {
      await expect(session.update(`v2-scenario-${name}`)).rejects.toMatchObject({
        message: expect.stringContaining('already exists') as string,
      });

      expect(await committed('CreateApplicationVersion')).toBe(1);
    },
  );
});

describe('faults that a scenario brings', () => {
  it('update-throttled is throttled before it is accepted, once', async () => {
    await session.update('v2-scenario-update-throttled');
    const attempts = (await session.sim.control.calls()).filter(
      ({ operation }) => operation === 'UpdateEnvironment',
    );

    expect(attempts.map(({ code }) => code)).toEqual(['Throttling', 'Throttling', undefined]);
  });

  it('throttled refuses reads while the deployment runs', async () => {
    await session.update('v2-throttled');
    await session.sim.control.advance(1_000);

    await expect(session.eb.describeEvents({})).rejects.toMatchObject({ name: 'Throttling' });
  });

  it('insufficient-privileges refuses the update, once', async () => {
    await expect(session.update('v2-scenario-insufficient-privileges')).rejects.toMatchObject({
      name: 'InsufficientPrivilegesException',
    });
    await session.update('v2-scenario-insufficient-privileges');
  });

  it('credentials-expire turns away the key that asked, and no other', async () => {
    await session.update('v2-scenario-credentials-expire');
    await session.sim.control.advance(11_000);

    await expect(session.eb.describeEvents({})).rejects.toMatchObject({ name: 'ExpiredToken' });
    const fresh = new ElasticBeanstalk({
      endpoint: session.sim.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIAFRESH', secretAccessKey: 'x' },
    });
    expect((await fresh.describeEnvironments({})).Environments?.length).toBe(1);
    fresh.destroy();
  });
});

it('describes every scenario and every fault in SPEC.md', async () => {
  const spec = await readFile(new URL('../../simulators/elastic-beanstalk/SPEC.md', import.meta.url), 'utf8');
  const names = [
    ...Object.keys(scenarioTitles),
    ...Object.keys(labelWords),
    ...faultKinds,
    ...operationNames,
  ];

  expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(spec))).toEqual([]);
});

describe('the choice of a scenario', () => {
  it('knows every scenario by its name in a label', () => {
    const names = Object.keys(scenarioTitles);

    expect(names.map((name) => labelScenario(`shop-1.2.3--scenario-${name}`))).toEqual(names);
    expect(names.map((name) => labelScenario(`shop-${name}-4f2a`))).toEqual(names);
  });

  it('knows a scenario by a word of the label, and not by a part of a word', () => {
    const words = Object.keys(labelWords);

    expect(words.map((word) => labelScenario(`shop_1.0-${word}`))).toEqual(Object.values(labelWords));
    expect(labelScenario('shop-badge-1')).toBeUndefined();
  });

  it('prefers the newest rule, for as many deployments as it says', async () => {
    await session.sim.control.scenario({ match: { label: 'v2' }, scenario: 'partial-success' });
    await session.sim.control.scenario({
      match: { environment: 'shop-staging' },
      scenario: 'deploy-fail',
      times: 1,
    });

    expect((await session.deploy('v2')).VersionLabel).toBe('v1');
    expect((await session.deploy('v2')).VersionLabel).toBe('v2');
    const labels = (await session.sim.control.environment('shop-staging')).instances.map(
      ({ label }) => label,
    );
    expect(labels).toEqual(['v2', 'v2', 'v2']);
  });

  it.each([
    [
      'beanpod-scenario.json',
      '{"scenario":"deploy-fail","options":{"output":"the disk is full"}}',
      'the disk is full',
    ],
    ['Dockerrun.aws.json', '{"Image":{"Name":"shop:1.0-scenario-deploy-fail"}}', 'migrate'],
  ])('reads %s in a zip bundle', async (file, content, said) => {
    await deployBundle(await zipOf(file, content));

    expect((await session.environment()).VersionLabel).toBe('v1');
    expect((await session.messages()).some((message) => message.includes(said))).toBe(true);
  });

  it('reads a bundle that is bare text, and takes any other for a success', async () => {
    await deployBundle(Buffer.from('{"Image":{"Name":"shop:scenario-deploy-fail"}}'));
    expect((await session.environment()).VersionLabel).toBe('v1');

    await deployBundle(Buffer.from('PK but no zip'), 'bundle-3');
    expect((await session.environment()).VersionLabel).toBe('bundle-3');
  });

  it('refuses a rule with an unknown scenario', async () => {
    const rule = { match: {}, scenario: 'no-such-thing' } as never;
    await expect(session.sim.control.scenario(rule)).rejects.toThrow(/scenario must be one of/);
  });
});

async function deployBundle(body: Buffer, label = 'bundle-2'): Promise<void> {
  const { S3Bucket = '' } = await session.eb.createStorageLocation({});
  await session.s3.putObject({ Bucket: S3Bucket, Key: label, Body: body });
  const SourceBundle = { S3Bucket, S3Key: label };
  await session.eb.createApplicationVersion({ ApplicationName: 'shop', VersionLabel: label, SourceBundle });
  await session.deploy(label);
}

async function zipOf(file: string, content: string): Promise<Buffer> {
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from('web: node server.js'), 'Procfile');
  zip.addBuffer(Buffer.from(content), file);
  zip.end();
  const pieces: Buffer[] = [];
  for await (const piece of zip.outputStream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
