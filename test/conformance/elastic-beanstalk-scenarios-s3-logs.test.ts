import { createHash } from 'node:crypto';
import { ZipFile } from 'yazl';
import { afterEach, describe, expect, it } from 'vitest';
import type { ScenarioName } from '../simulators/elastic-beanstalk/scenario-names.js';
import { BUCKET, startBeanstalk, type Beanstalk, type DeployOptions } from '../support/beanstalk.js';
import type { Drive } from '../support/drive-plan.js';

let cloud: Beanstalk;
afterEach(() => cloud.close());

/** A bundle of three parts, as it was uploaded to Beanpod. */
async function largeBundle(): Promise<
  Pick<DeployOptions, 'artifact' | 'bundles'> & { readonly key: string }
> {
  const zip = new ZipFile();
  zip.addBuffer(Buffer.alloc(20 * 1024 * 1024, 'beanpod'), 'Dockerfile', { compress: false });
  zip.end();
  const pieces: Buffer[] = [];
  for await (const piece of zip.outputStream) pieces.push(piece as Buffer);
  const sha256 = createHash('sha256').update(Buffer.concat(pieces)).digest('hex');
  const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return {
    artifact: { type: 'bundle', sha256 },
    bundles: { open: async () => ({ size, stream: streamOf(pieces) }) },
    key: `beanpod/shop/${sha256}.zip`,
  };
}

async function* streamOf(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

describe('a scenario of S3', () => {
  it('S3 slow', async () => {
    cloud = await startBeanstalk({ instances: 2 });
    for (const operation of ['HeadObject', 'PutObject'])
      await cloud.control.fault({ operation, kind: 'slow', delayMs: 1_500 });

    expect((await cloud.deploy('v2')).state).toBe('succeeded');

    expect(await cloud.calls('PutObject')).toBe(1);
    expect(await cloud.updates()).toEqual(['v2']);
    expect(cloud.simulator.site.faults.list()).toEqual([]);
  });

  it('S3 multipart: a part that is refused ends the deployment before any write, without parts that stay', async () => {
    cloud = await startBeanstalk({ instances: 2 });
    const { key, ...bundle } = await largeBundle();
    await cloud.control.fault({ operation: 'UploadPart', kind: 'access-denied', after: 1, times: 0 });

    const drive = await cloud.deploy('v2', bundle);

    expect(drive).toMatchObject({ state: 'failed', wrote: false, cause: { code: 'eb.access-denied' } });
    expect(await cloud.updates()).toEqual([]);
    expect(await cloud.running()).toEqual(['v1', 'v1']);
    expect(await cloud.calls('AbortMultipartUpload')).toBe(1);
    expect(cloud.simulator.site.store.find(BUCKET, key)).toBeUndefined();
    expect(cloud.simulator.site.store.buckets.get(BUCKET)?.uploads.size).toBe(0);
  });

  it('S3 multipart: parts that get lost on the way are sent again', async () => {
    cloud = await startBeanstalk({ instances: 2 });
    const { key, ...bundle } = await largeBundle();
    await cloud.control.fault({ operation: 'UploadPart', kind: 'reset', times: 2 });

    expect((await cloud.deploy('v2', bundle)).state).toBe('succeeded');

    const stored = cloud.simulator.site.store.find(BUCKET, key);
    expect(
      `beanpod/shop/${createHash('sha256')
        .update(stored?.body ?? '')
        .digest('hex')}.zip`,
    ).toBe(key);
    expect(await cloud.updates()).toEqual(['v2']);
  });

  it('bucket in another region: Elastic Beanstalk gets a copy in its own', async () => {
    cloud = await startBeanstalk({ instances: 2 });
    const { store, applications } = cloud.simulator.site;
    const bytes = Buffer.from('{"AWSEBDockerrunVersion":"1","Image":{"Name":"shop:1"}}');
    store.ensureBucket('ci-frankfurt', 'eu-central-1');
    store.put('ci-frankfurt', '118.Dockerrun.aws.json', bytes);

    const drive = await cloud.deploy('v2', {
      artifact: { type: 's3', bucket: 'ci-frankfurt', key: '118.Dockerrun.aws.json' },
    });

    expect(drive.state).toBe('succeeded');
    expect(await cloud.running()).toEqual(['v2', 'v2']);
    const bundle = applications.get('shop')?.versions.get('v2')?.bundle;
    expect(bundle?.bucket).toBe(BUCKET);
    expect(store.find(BUCKET, bundle?.key ?? '')?.body).toEqual(bytes);
  });
});

describe('a scenario of the logs ends in the rollback, and the evidence says what is missing', () => {
  async function failing(scenario: ScenarioName): Promise<{ lines: string; drive: Drive }> {
    cloud = await startBeanstalk({ instances: 2 });
    await cloud.script('v2', scenario);
    const drive = await cloud.deploy('v2');
    expect(drive).toMatchObject({ state: 'rolled_back', cause: { code: 'eb.update-failed' } });
    expect(await cloud.updates()).toEqual(['v2', 'v1']);
    expect(drive.evidence?.firstCause).toContain('Command failed on instance');
    return { drive, lines: [...drive.lines, ...(drive.evidence?.lines ?? [])].join('\n') };
  }

  it('logs: one instance missing', async () => {
    const { drive, lines } = await failing('logs-missing-instance');

    expect(drive.evidence?.attachments).toHaveLength(1);
    expect(lines).toContain('logs of 1 instances did not come in time');
  });

  it('logs: stale samples', async () => {
    const { drive, lines } = await failing('logs-stale');

    expect(drive.evidence?.attachments).toEqual([]);
    expect(lines).toContain('logs of 2 instances did not come in time');
  });

  it('logs: URL expired', async () => {
    const { drive, lines } = await failing('logs-url-expired');

    expect(drive.evidence?.attachments).toEqual([]);
    expect(lines.match(/could not be collected: i-\w+: S3 answered 403/g)).toHaveLength(2);
    expect(lines).not.toMatch(/X-Amz-|Signature=/);
  });

  it('logs: cannot be pulled', async () => {
    const { drive, lines } = await failing('logs-fail');

    expect(drive.evidence?.attachments).toEqual([]);
    expect(lines).toContain('logs of 2 instances did not come in time');
  });
});
