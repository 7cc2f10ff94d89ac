import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createElasticBeanstalk } from '../../../src/providers/elastic-beanstalk/index.js';
import type { CredentialSource } from '../../../src/providers/surroundings.js';
import type { ConnectionCheck } from '../../../src/shared/contract/connection.js';
import { pointSdkTo } from '../../support/aws.js';
import { BUCKET, startBeanstalk, type Beanstalk } from '../../support/beanstalk.js';

const ROLE = 'arn:aws:iam::123456789012:role/beanpod/shop';
const PAIR = { blueGreen: { environment: 'shop-staging-b', cname: 'shop-live' } };

let cloud: Beanstalk;
const servers: Server[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const server of servers.splice(0)) server.close();
  await cloud.close();
});

async function look(
  target: Readonly<Record<string, unknown>> = {},
  credentials?: CredentialSource,
): Promise<readonly ConnectionCheck[]> {
  const provider = createElasticBeanstalk({ s3PathStyle: true });
  const opened = provider.live?.(
    { ...cloud.target, ...target },
    { bundles: { open: async () => undefined }, ...(credentials && { credentials }) },
  );
  if (!opened?.ok || !opened.live.checkConnection) throw new Error('The provider cannot tell');
  const turn = { signal: AbortSignal.timeout(60_000), service: 'shop-api', environment: 'staging' };
  return await opened.live.checkConnection(turn);
}

const checkOf = (checks: readonly ConnectionCheck[], name: string) =>
  checks.find(({ check }) => check === name);
const others = (checks: readonly ConnectionCheck[]) =>
  checks.filter(({ verdict }) => verdict !== 'passed').map(({ check, verdict }) => `${verdict} ${check}`);

/** Nothing was changed, nor could have been: no call was one that changes something. */
async function expectNothingWritten(): Promise<void> {
  expect(await cloud.mutations()).toEqual([]);
  const operations = (await cloud.control.calls()).map(({ operation }) => operation);
  expect(operations.filter((name) => !/^(Describe|List|Retrieve|Head|AssumeRole)/.test(name))).toEqual([]);
}

/** What a source of credentials has behind every reference. */
const holding = (value: string): CredentialSource => ({
  read: () => Promise.resolve({ said: 'found', value }),
});

describe('a test of the connection to Elastic Beanstalk', () => {
  test('sees everything but the rights to change something, which are unknown, and writes nothing', async () => {
    cloud = await startBeanstalk({ instances: 2 });
    const checks = await look();

    expect(others(checks)).toEqual(['unknown Rights to change']);
    expect(checks.map(({ check }) => check)).toEqual([
      'Credentials',
      'Elastic Beanstalk',
      'Environment shop-staging',
      'Right DescribeApplicationVersions',
      'Right DescribeEvents',
      'Right DescribeConfigurationSettings',
      'Right DescribeEnvironmentHealth',
      'Right DescribeInstancesHealth',
      'Right RetrieveEnvironmentInfo',
      'Bucket for bundles',
      'Rights to change',
    ]);
    expect(checkOf(checks, 'Environment shop-staging')?.seen).toMatch(/^It is Ready in us-east-1, health /);
    expect(checkOf(checks, 'Bucket for bundles')?.seen).toBe(
      `${BUCKET} is there and belongs to 123456789012`,
    );
    expect(checkOf(checks, 'Rights to change')?.todo).toContain('elasticbeanstalk:UpdateEnvironment');
    await expectNothingWritten();
  });

  test('knows basic health reporting, which answers less', async () => {
    cloud = await startBeanstalk({ health: 'basic' });

    expect(others(await look())).toEqual(['unknown Rights to change']);
  });

  test('assumes the role of the target, and says when it does not trust us', async () => {
    cloud = await startBeanstalk({}, { roles: { [ROLE]: { externalId: 'beanpod-7f3c1a' } } });
    const trusted = await look({ roleArn: ROLE, externalId: 'beanpod-7f3c1a' });
    const guessed = await look({ roleArn: ROLE, externalId: 'guessed' });

    expect(checkOf(trusted, 'Credentials')).toMatchObject({
      verdict: 'passed',
      seen: expect.stringMatching(/^The role \S+ was assumed \(access key ASIA…/) as unknown,
    });
    expect(others(trusted)).toEqual(['unknown Rights to change']);
    expect(checkOf(guessed, 'Credentials')).toMatchObject({
      verdict: 'failed',
      seen: expect.stringContaining('not authorized to perform: sts:AssumeRole') as unknown,
      todo: expect.stringContaining('trust policy') as unknown,
    });
    expect(new Set(guessed.slice(1).map(({ verdict }) => verdict))).toEqual(new Set(['unknown']));
    await expectNothingWritten();
  });

  test('says which credentials are refused, and quotes none', async () => {
    cloud = await startBeanstalk({}, { strictAuth: true, credentials: { AKIAGOOD000000000000: 'right' } });
    const given = (id: string, secret: string) =>
      look(
        { credentials: 'vault:aws/creds/shop' },
        holding(JSON.stringify({ access_key: id, secret_key: secret })),
      );
    const good = await given('AKIAGOOD000000000000', 'right');
    const wrong = await given('AKIAGOOD000000000000', 'wr0ng-and-secret');
    const unknown = await given('AKIABAD0000000000000', 'right');
    const torn = await look({ credentials: 'vault:aws/creds/shop' }, holding('{"access_key": "AKIA'));

    expect(others(good)).toEqual(['unknown Rights to change']);
    for (const checks of [wrong, unknown])
      expect(checkOf(checks, 'Elastic Beanstalk')).toMatchObject({
        verdict: 'failed',
        seen: expect.stringMatching(/^AWS does not take the credentials/) as unknown,
        todo: expect.stringMatching(/^Correct the credentials of the target/) as unknown,
      });
    expect(checkOf(torn, 'Credentials')).toMatchObject({
      verdict: 'failed',
      seen: expect.stringContaining('are not JSON') as unknown,
    });
    expect(JSON.stringify([good, wrong, unknown, torn])).not.toMatch(/wr0ng|AKIAGOOD|AKIABAD0|"right/);
  });

  test('names what the target names wrongly', async () => {
    cloud = await startBeanstalk();
    const missing = await look({ environment: 'shop-nowhere' });
    const foreign = await look({ application: 'till' });
    const bucket = await look({ bucket: 'nobody-has-this-one' });
    const stranger = await look({ bucket: BUCKET, bucketOwner: '999999999999' });

    expect(checkOf(missing, 'Environment shop-nowhere')).toMatchObject({
      verdict: 'failed',
      seen: expect.stringContaining('shop-staging of the application shop is') as unknown,
    });
    expect(checkOf(missing, 'Right DescribeInstancesHealth')?.verdict).toBe('unknown');
    expect(checkOf(missing, 'Right DescribeEvents')?.verdict).toBe('passed');
    expect(checkOf(foreign, 'Environment shop-staging')).toMatchObject({
      verdict: 'failed',
      seen: 'It belongs to the application shop, not till',
    });
    expect(checkOf(bucket, 'Bucket for bundles')).toMatchObject({
      verdict: 'failed',
      seen: 'There is no bucket nobody-has-this-one',
    });
    expect(checkOf(stranger, 'Bucket for bundles')?.verdict).toBe('failed');
    await expectNothingWritten();
  });

  test('does not take an environment that is busy for one that is ready', async () => {
    cloud = await startBeanstalk({ versions: ['v2'] });
    await cloud.control.foreignUpdate('shop-staging', 'v2');

    expect(checkOf(await look(), 'Environment shop-staging')).toMatchObject({
      verdict: 'unknown',
      seen: 'It is Updating; a deployment waits until it is Ready',
    });
  });

  test('names each right to look that is denied', async () => {
    cloud = await startBeanstalk();
    await cloud.control.fault({ operation: 'DescribeEvents', kind: 'access-denied' });

    const checks = await look();

    expect(others(checks)).toEqual(['failed Right DescribeEvents', 'unknown Rights to change']);
  });
});

describe('a test of the connection to a pair of environments', () => {
  test('sees who is live, and that the other one will be made', async () => {
    cloud = await startBeanstalk({ cnamePrefix: 'shop-live' });
    const alone = await look(PAIR);
    await cloud.control.seed({ application: 'shop', environment: 'shop-staging-b' });
    const both = await look(PAIR);
    const wrong = await look({ blueGreen: { ...PAIR.blueGreen, cname: 'shop-other' } });

    expect(checkOf(alone, 'Environment shop-staging-b')?.seen).toContain('the next deployment makes it');
    expect(checkOf(both, 'Environment shop-staging-b')?.seen).toMatch(/^It is Ready/);
    for (const checks of [alone, both]) {
      expect(others(checks)).toEqual(['unknown Rights to change']);
      expect(checkOf(checks, 'CNAME shop-live')?.seen).toMatch(/^shop-staging holds shop-live\./);
      expect(checkOf(checks, 'Rights to change')?.seen).toContain('SwapEnvironmentCNAMEs');
    }
    expect(checkOf(wrong, 'CNAME shop-other')?.verdict).toBe('failed');
    await expectNothingWritten();
  });
});

describe('a test of the connection to AWS that is away', () => {
  async function listening(server: Server): Promise<string> {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  test.each([
    ['because nothing listens says so', 'http://127.0.0.1:1', 'Nothing takes connections at this address'],
    [
      'because the name is unknown says so',
      'http://no-such-region.invalid',
      'The name of the host is not known',
    ],
  ])('%s', async (_, url, seen) => {
    cloud = await startBeanstalk();
    pointSdkTo(url);

    const checks = await look();

    expect(checkOf(checks, 'Elastic Beanstalk')).toMatchObject({
      verdict: 'failed',
      seen: expect.stringContaining(seen) as unknown,
    });
    expect(checkOf(checks, 'Bucket for bundles')?.verdict).toBe('unknown');
  });

  test('because it says nothing ends in time', async () => {
    cloud = await startBeanstalk();
    pointSdkTo(await listening(createServer()));

    expect(checkOf(await look(), 'Elastic Beanstalk')).toMatchObject({
      verdict: 'failed',
      seen: expect.stringMatching(/No answer came within|did not answer in time/) as unknown,
    });
  });

  test('because a worker has no credentials at all says so', async () => {
    cloud = await startBeanstalk();
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined);
    vi.stubEnv('HOME', '/nonexistent');

    expect(checkOf(await look(), 'Credentials')).toMatchObject({
      verdict: 'failed',
      seen: expect.stringContaining('Could not load credentials') as unknown,
    });
  });
});
