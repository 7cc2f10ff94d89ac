import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createElasticBeanstalk } from '../../../src/providers/elastic-beanstalk/index.js';
import { startBeanstalk, type Beanstalk } from '../../support/beanstalk.js';

const ROLE = 'arn:aws:iam::123456789012:role/beanpod/shop';
const WORKER = 'arn:aws:iam::123456789012:role/beanpod-worker';
const ofRole = { roleArn: ROLE, externalId: 'beanpod-7f3c1a' };

let cloud: Beanstalk;
afterEach(async () => {
  vi.unstubAllEnvs();
  await cloud.close();
});

function started(): Promise<Beanstalk> {
  return startBeanstalk({ instances: 2 }, { roles: { [ROLE]: { externalId: ofRole.externalId } } });
}

/** Sessions that calls of an operation carried, as CloudTrail would show them. */
async function sessions(operation: string): Promise<readonly (string | undefined)[]> {
  const calls = await cloud.control.calls();
  const found = calls
    .filter((call) => call.operation === operation)
    .map((call) => cloud.simulator.site.credentials.find(call.accessKeyId)?.roleArn);
  return [...new Set(found)];
}

describe('a target with a role', () => {
  it('is deployed to in a session that is named after the deployment', async () => {
    cloud = await started();

    const drive = await cloud.deploy('v2', { target: ofRole, deploymentId: '01HZX' });

    expect(drive.state).toBe('succeeded');
    const own = [`${ROLE}/beanpod-01HZX`];
    expect(await sessions('UpdateEnvironment')).toEqual(own);
    expect(await sessions('CreateApplicationVersion')).toEqual(own);
    expect(await sessions('PutObject')).toEqual(own);
    expect(await sessions('DescribeEvents')).toEqual([`${ROLE}/beanpod-watch`]);
    const calls = await cloud.control.calls();
    expect(calls.filter((call) => call.service !== 'sts' && !call.sessionToken)).toEqual([]);
  });

  it('shares the looks, and one session for them, with other deployments by this role', async () => {
    cloud = await started();
    const provider = createElasticBeanstalk({ s3PathStyle: true });

    await cloud.deploy('v2', { target: ofRole, deploymentId: 'one', provider: () => provider });
    await cloud.deploy('v3', { target: ofRole, deploymentId: 'two', provider: () => provider });

    const assumed = (await cloud.control.calls()).filter((call) => call.operation === 'AssumeRole');
    const names = assumed.map((call) => call.params['RoleSessionName']);
    expect(new Set(names)).toEqual(new Set(['beanpod-watch', 'beanpod-one', 'beanpod-two']));
    expect(names.filter((name) => name === 'beanpod-watch')).toHaveLength(1);
  });

  it('fails before any write when the role does not trust us with this external id', async () => {
    cloud = await started();

    const drive = await cloud.deploy('v2', { target: { ...ofRole, externalId: 'guessed' } });

    expect(drive).toMatchObject({ state: 'failed', wrote: false, cause: { code: 'eb.access-denied' } });
    expect(drive.cause?.detail).toContain(ROLE);
    expect(await cloud.mutations()).toEqual([]);
  });

  it('goes back with the role that it came with', async () => {
    cloud = await started();
    await cloud.script('v2', 'red-after-ready');

    const drive = await cloud.deploy('v2', { target: ofRole, deploymentId: 'bad' });

    expect(drive.state).toBe('rolled_back');
    expect(await sessions('UpdateEnvironment')).toEqual([`${ROLE}/beanpod-bad`]);
  });
});

describe('a worker with a web identity', () => {
  it('needs no key of its own', async () => {
    cloud = await started();
    const folder = mkdtempSync(path.join(tmpdir(), 'beanpod-identity-'));
    const token = path.join(folder, 'token');
    writeFileSync(token, 'header.payload.signature');
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined);
    vi.stubEnv('AWS_WEB_IDENTITY_TOKEN_FILE', token);
    vi.stubEnv('AWS_ROLE_ARN', WORKER);
    vi.stubEnv('AWS_ROLE_SESSION_NAME', 'worker-1');
    try {
      const drive = await cloud.deploy('v2');

      expect(drive.state).toBe('succeeded');
      expect(await sessions('UpdateEnvironment')).toEqual([`${WORKER}/worker-1`]);
      expect(await cloud.calls('AssumeRoleWithWebIdentity')).toBeGreaterThan(0);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
