import { request } from 'node:http';

import { ElasticBeanstalk } from '@aws-sdk/client-elastic-beanstalk';
import { S3 } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it } from 'vitest';

import { openSession } from './beanstalk-session.js';
import type { BeanstalkSession } from './beanstalk-session.js';

const open: BeanstalkSession[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((session) => session.close()));
});

async function opened(...options: Parameters<typeof openSession>): Promise<BeanstalkSession> {
  const session = await openSession(...options);
  open.push(session);
  return session;
}

describe('signatures', () => {
  const strict = { strictAuth: true, credentials: { AKIATEST: 'test-secret', AKIAOTHER: 'other-secret' } };

  it('of a known key are verified, for Elastic Beanstalk and S3 alike', async () => {
    const session = await opened(strict);

    expect((await session.deploy('v2 with spaces & sîgns')).VersionLabel).toBe('v2 with spaces & sîgns');
  });

  it.each([
    [
      'a wrong secret',
      { accessKeyId: 'AKIAOTHER', secretAccessKey: 'guess' },
      'us-east-1',
      'SignatureDoesNotMatch',
    ],
    [
      'an unknown key',
      { accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' },
      'us-east-1',
      'InvalidClientTokenId',
    ],
    [
      'another region',
      { accessKeyId: 'AKIATEST', secretAccessKey: 'test-secret' },
      'eu-west-1',
      'SignatureDoesNotMatch',
    ],
  ])('with %s are refused', async (_, credentials, region, name) => {
    const { sim } = await opened(strict);
    const stranger = new ElasticBeanstalk({ endpoint: sim.url, region, credentials });

    await expect(stranger.describeEnvironments({})).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode: 403 },
    });
    stranger.destroy();
  });

  it('are asked of everybody', async () => {
    const { sim } = await opened();
    const body = new URLSearchParams({ Action: 'DescribeEnvironments', Version: '2010-12-01' });
    const answer = await fetch(sim.url, { method: 'POST', body });

    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('<Code>MissingAuthenticationToken</Code>');
  });

  it('of an assumed role are good until they expire, and its external id is checked', async () => {
    const role = 'arn:aws:iam::123456789012:role/deployer';
    const { sim } = await opened({ roles: { [role]: { externalId: 'project-1' } } });
    expect(await assume(sim.url, { RoleArn: role, RoleSessionName: 'beanpod-1' })).toContain(
      '<Code>AccessDenied</Code>',
    );

    const answer = await assume(sim.url, {
      RoleArn: role,
      RoleSessionName: 'beanpod-1',
      ExternalId: 'project-1',
    });
    const field = (name: string): string => new RegExp(`<${name}>(.*?)</${name}>`).exec(answer)?.[1] ?? '';
    const credentials = {
      accessKeyId: field('AccessKeyId'),
      secretAccessKey: field('SecretAccessKey'),
      sessionToken: field('SessionToken'),
    };
    const client = new ElasticBeanstalk({ endpoint: sim.url, region: 'us-east-1', credentials });
    await client.describeEnvironments({});
    client.destroy();

    const last = (await sim.control.calls()).at(-1);
    expect(last).toMatchObject({
      accessKeyId: credentials.accessKeyId,
      sessionToken: true,
      region: 'us-east-1',
    });
    expect(JSON.stringify(last)).not.toContain(credentials.sessionToken);
  });
});

async function assume(url: string, params: Record<string, string>): Promise<string> {
  const authorization =
    'AWS4-HMAC-SHA256 Credential=AK/20261121/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=00';
  const body = new URLSearchParams({ Action: 'AssumeRole', Version: '2011-06-15', ...params });
  return (await fetch(url, { method: 'POST', body, headers: { authorization } })).text();
}

describe('a bucket of another region', () => {
  it('is named to those who ask in the wrong one, and served to those who ask in its own', async () => {
    const { s3, sim } = await opened();
    const LocationConstraint = 'eu-central-1';
    await s3.createBucket({ Bucket: 'far', CreateBucketConfiguration: { LocationConstraint } });

    await expect(s3.putObject({ Bucket: 'far', Key: 'a', Body: 'bundle' })).rejects.toMatchObject({
      name: 'PermanentRedirect',
      $metadata: { httpStatusCode: 301 },
      $response: { headers: { 'x-amz-bucket-region': LocationConstraint } },
    });
    expect(sim.site.store.find('far', 'a')).toBeUndefined();

    const there = new S3({
      endpoint: sim.url,
      region: LocationConstraint,
      forcePathStyle: true,
      credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'test-secret' },
    });
    await there.putObject({ Bucket: 'far', Key: 'a', Body: 'bundle' });
    there.destroy();
    expect(sim.site.store.find('far', 'a')?.body.toString()).toBe('bundle');
  });
});

describe('chance', () => {
  it('repeats itself for the same seed, however often somebody looks', async () => {
    const courses: string[][] = [];
    for (const looks of [0, 5]) {
      const session = await opened();
      await session.deploy('v2-bad');
      for (let look = 0; look < looks; look += 1) await session.environment();
      await session.deploy('v3');
      courses.push(
        (await session.events()).map(({ EventDate, Message }) => `${EventDate?.toISOString()} ${Message}`),
      );
    }

    expect(courses[1]).toEqual(courses[0]);
  });

  it('decides which label is shown while a deployment runs', async () => {
    const session = await opened();
    await session.update('v2');
    const shown = new Set<string | undefined>();
    for (let look = 0; look < 30; look += 1) shown.add((await session.environment()).VersionLabel);

    expect(shown).toEqual(new Set(['v1', 'v2']));
  });
});

describe('the application of an environment', () => {
  it('answers by turns, also under the CNAME at the main address', async () => {
    const { sim } = await opened();
    const { cname, endpoint, instances } = await sim.control.environment('shop-staging');
    const answering: string[] = [];
    for (let n = 0; n < 3; n += 1) {
      const body = (await (await fetch(`http://${endpoint}/`)).json()) as {
        instance: string;
        version: string;
      };
      answering.push(body.instance);
    }

    expect(answering.sort()).toEqual(instances.map(({ id }) => id).sort());
    expect(await sim.control.cnames()).toEqual({ [cname]: endpoint });
    expect(await statusUnder(sim.url, cname)).toBe(200);
  });

  it('gives the new version its share of the traffic while it is split', async () => {
    const seed = {
      application: 'shop',
      environment: 'shop-staging',
      instances: 1,
      policy: 'TrafficSplitting',
    } as const;
    const session = await opened({ environments: [seed] });
    await session.update('v2');
    await session.sim.control.advance(200_000);
    const { endpoint } = await session.sim.control.environment('shop-staging');
    let fresh = 0;
    for (let n = 0; n < 100; n += 1) {
      if ((await fetch(`http://${endpoint}/`)).headers.get('x-version') === 'v2') fresh += 1;
    }

    expect(fresh).toBe(10);
  });

  it('is down while all its instances restart at once', async () => {
    const session = await opened();
    await session.update('v2');
    await session.sim.control.advance(25_000);
    const { endpoint } = await session.sim.control.environment('shop-staging');

    expect((await fetch(`http://${endpoint}/`)).status).toBe(502);
  });
});

function statusUnder(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const call = request(url, { headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    call.on('error', reject);
    call.end();
  });
}

describe('kinds of environments', () => {
  it('with basic health know a color alone', async () => {
    const seed = { application: 'shop', environment: 'shop-staging', health: 'basic' } as const;
    const session = await opened({ environments: [seed] });
    await session.update('v2-red');
    await session.sim.control.advance(15_000);
    expect(await session.environment()).toMatchObject({ Health: 'Grey', Status: 'Updating' });

    await session.sim.control.advance(120_000);
    const seen = await session.environment();
    expect([seen.Health, seen.HealthStatus]).toEqual(['Red', undefined]);
    expect(await session.messages()).toContain('Environment health has been set to RED');
    await expect(
      session.eb.describeEnvironmentHealth({ EnvironmentName: 'shop-staging' }),
    ).rejects.toMatchObject({
      name: 'InvalidRequestException',
      message: 'DescribeEnvironmentHealth is not supported.',
    });
  });

  it('of the worker tier have no address, and those that were sick before say so', async () => {
    const seeds = [
      { application: 'shop', environment: 'shop-jobs', tier: 'Worker' },
      { application: 'shop', environment: 'shop-sick', app: 'red' },
    ] as const;
    const { eb } = await opened({ environments: seeds });
    const { Environments } = await eb.describeEnvironments({});

    expect(Environments?.[0]).toMatchObject({ Tier: { Name: 'Worker' } });
    expect([Environments?.[0]?.CNAME, Environments?.[0]?.EndpointURL]).toEqual([undefined, undefined]);
    expect(Environments?.[1]).toMatchObject({ Health: 'Red', HealthStatus: 'Severe' });
  });

  it('with a single instance fall back from Rolling to AllAtOnce', async () => {
    const seed = {
      application: 'shop',
      environment: 'shop-staging',
      singleInstance: true,
      policy: 'Rolling',
    } as const;
    const session = await opened({ environments: [seed] });
    await session.deploy('v2');

    expect((await session.messages()).filter((message) => message.startsWith('Batch'))).toEqual([]);
  });
});
