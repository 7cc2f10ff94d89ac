import { createHash } from 'node:crypto';
import { ZipFile } from 'yazl';
import { afterEach, describe, expect, it } from 'vitest';
import type { BundleSource } from '../../../src/providers/surroundings.js';
import type { Artifact } from '../../../src/shared/contract/artifact.js';
import { BUCKET, startBeanstalk, type Beanstalk } from '../../support/beanstalk.js';

let cloud: Beanstalk;
afterEach(() => cloud.close());

describe('an uploaded bundle', () => {
  it('is stored under its hash and becomes the version', async () => {
    cloud = await startBeanstalk({ instances: 1 });
    const { artifact, bundles, bytes } = uploaded(await zipOf(['Dockerfile', 'app/server.js']));

    const drive = await cloud.deploy('v2', { artifact, bundles, message: 'Faster checkout' });

    expect(drive.state).toBe('succeeded');
    const key = `beanpod/shop/${artifact.sha256}.zip`;
    expect(cloud.simulator.site.store.find(BUCKET, key)?.body).toEqual(bytes);
    const version = cloud.simulator.site.applications.get('shop')?.versions.get('v2');
    expect(version).toMatchObject({ bundle: { bucket: BUCKET, key } });
    expect(version?.description).toBe(`Faster checkout [beanpod dep-1 sha256:${artifact.sha256}]`);
  });

  it('goes up in parts when it is large', async () => {
    cloud = await startBeanstalk({ instances: 1 });
    const noise = Buffer.alloc(20 * 1024 * 1024, 'beanpod');
    const { artifact, bundles, bytes } = uploaded(await zipOf(['Dockerfile'], noise));

    const drive = await cloud.deploy('v2', { artifact, bundles });

    expect(drive.state).toBe('succeeded');
    expect(await cloud.calls('UploadPart')).toBeGreaterThan(1);
    const stored = cloud.simulator.site.store.find(BUCKET, `beanpod/shop/${artifact.sha256}.zip`);
    expect(stored?.body.equals(bytes)).toBe(true);
  });

  it('is not uploaded a second time', async () => {
    cloud = await startBeanstalk({ instances: 1 });
    const { artifact, bundles } = uploaded(await zipOf(['Dockerfile']));
    await cloud.deploy('v2', { artifact, bundles });

    const drive = await cloud.deploy('v3', { artifact, bundles });

    expect(drive.state).toBe('succeeded');
    expect(await cloud.calls('PutObject')).toBe(1);
  });

  it('uses the bucket and the prefix of the target', async () => {
    cloud = await startBeanstalk({ instances: 1 });
    cloud.simulator.site.store.ensureBucket('shop-bundles');
    const { artifact, bundles } = uploaded(await zipOf(['Dockerfile']));

    await cloud.deploy('v2', { artifact, bundles, target: { bucket: 'shop-bundles', keyPrefix: 'cd/eu/' } });

    const key = `cd/eu/shop/${artifact.sha256}.zip`;
    expect(cloud.simulator.site.store.find('shop-bundles', key)).toBeDefined();
    expect(await cloud.calls('CreateStorageLocation')).toBe(0);
  });

  it('never becomes an object when its bytes are not those of its hash', async () => {
    cloud = await startBeanstalk();
    const sha256 = 'b'.repeat(64);
    const bundles = sourceOf(new Map([[sha256, await zipOf(['Dockerfile'])]]));

    const drive = await cloud.deploy('v2', { artifact: { type: 'bundle', sha256 }, bundles });

    expect(drive).toMatchObject({ state: 'failed', wrote: false, cause: { code: 'eb.bundle-invalid' } });
    expect(cloud.simulator.site.store.find(BUCKET, `beanpod/shop/${sha256}.zip`)).toBeUndefined();
  });

  it.each([
    ['a folder around everything', () => zipOf(['shop/Dockerfile', 'shop/app.js']), 'lie in the folder shop'],
    ['nothing in it', () => zipOf([]), 'is empty'],
    ['no end', async () => (await zipOf(['Dockerfile', 'a'])).subarray(0, 60), 'cannot be read'],
  ])('is refused before any version is made when it has %s', async (_what, make, reason) => {
    cloud = await startBeanstalk();
    const { artifact, bundles } = uploaded(await make());

    const drive = await cloud.deploy('v2', { artifact, bundles });

    expect(drive).toMatchObject({ state: 'failed', cause: { code: 'eb.bundle-invalid' } });
    expect(drive.cause?.detail).toContain(reason);
    expect(await cloud.calls('CreateApplicationVersion')).toBe(0);
  });

  it('is refused before any version is made when its configuration cannot be read, wherever it lies', async () => {
    cloud = await startBeanstalk();
    const files = { '.ebextensions/a.config': 'a: [1', Dockerfile: 'x', 'big.bin': 'x'.repeat(3_000_000) };
    const { artifact, bundles } = uploaded(await zipOfFiles(files));

    const drive = await cloud.deploy('v2', { artifact, bundles });

    expect(drive).toMatchObject({ state: 'failed', cause: { code: 'eb.bundle-invalid' } });
    expect(drive.cause?.detail).toContain('.ebextensions/a.config:1 cannot be read');
    expect(await cloud.calls('CreateApplicationVersion')).toBe(0);
  });

  it.each([
    ['docker-compose.yml', 'services:\n  web:\n    image: shop:latest\n', 'docker-compose.yml'],
    ['Dockerrun.aws.json', '{"AWSEBDockerrunVersion": "1", "Image": {"Name": "shop"}}', 'Dockerrun.aws.json'],
  ])('may be a bare %s, and its image that may change is warned of', async (_what, text, name) => {
    cloud = await startBeanstalk({ instances: 1 });
    const { artifact, bundles } = uploaded(Buffer.from(text));

    const drive = await cloud.deploy('v2', { artifact, bundles });

    expect(drive.state).toBe('succeeded');
    expect(drive.lines.join('\n')).toContain(`warn ${name} names shop`);
    expect(await keys()).toEqual([`beanpod/shop/${artifact.sha256}.${name}`]);
  });

  it('needs a Dockerrun.aws.json of version 2 on a platform of ECS', async () => {
    cloud = await startBeanstalk({ stack: '64bit Amazon Linux 2023 v4.3.0 running ECS' });
    const run = { 'Dockerrun.aws.json': '{"AWSEBDockerrunVersion": 1}' };
    const { artifact, bundles } = uploaded(await zipOfFiles(run));

    const drive = await cloud.deploy('v2', { artifact, bundles });

    expect(drive.cause).toMatchObject({ code: 'eb.bundle-invalid' });
    expect(drive.cause?.detail).toContain('the platform wants 2');
  });

  it('may start its processes by a Procfile on a platform without containers', async () => {
    const stack = '64bit Amazon Linux 2023 v6.5.0 running Node.js 22';
    cloud = await startBeanstalk({ instances: 1, stack });
    const good = uploaded(await zipOfFiles({ Procfile: 'web: node server.js\n', 'server.js': '' }));
    const wrong = uploaded(await zipOfFiles({ Procfile: 'node server.js\n' }));

    expect((await cloud.deploy('v2', good)).state).toBe('succeeded');
    expect((await cloud.deploy('v3', wrong)).cause).toMatchObject({ code: 'eb.bundle-invalid' });
  });

  it('is never put into a bucket that somebody else holds under the name of ours', async () => {
    cloud = await startBeanstalk();
    const { store } = cloud.simulator.site;
    const ours = store.buckets.get(BUCKET);
    if (ours) store.buckets.set(BUCKET, { ...ours, owner: '999999999999' });
    const { artifact, bundles } = uploaded(await zipOf(['Dockerfile']));

    const drive = await cloud.deploy('v2', { artifact, bundles });

    expect(drive).toMatchObject({ state: 'failed', wrote: false, cause: { code: 'eb.access-denied' } });
    expect(await keys()).toEqual([]);
  });

  it('is missed when nobody uploaded it', async () => {
    cloud = await startBeanstalk();

    const drive = await cloud.deploy('v2', { artifact: { type: 'bundle', sha256: 'c'.repeat(64) } });

    expect(drive).toMatchObject({ state: 'failed', cause: { code: 'eb.bundle-missing' } });
  });

  it('is validated by Elastic Beanstalk when it configures the environment, and fails as a version', async () => {
    cloud = await startBeanstalk();
    await cloud.script('v2', 'version-processing-failed');
    const { artifact, bundles } = uploaded(
      await zipOf(['Dockerfile', '.ebextensions/a.config'], Buffer.from('a: b')),
    );

    const drive = await cloud.deploy('v2', { artifact, bundles });

    expect(drive).toMatchObject({ state: 'failed', wrote: false, cause: { code: 'eb.version-failed' } });
  });

  it('is not validated when it has nothing to validate', async () => {
    cloud = await startBeanstalk({ instances: 1 });
    await cloud.script('v2', 'version-processing-stuck');
    const { artifact, bundles } = uploaded(await zipOf(['Dockerfile']));

    expect((await cloud.deploy('v2', { artifact, bundles })).state).toBe('succeeded');
  });

  it('ends before any write when its validation never ends', async () => {
    cloud = await startBeanstalk();
    await cloud.script('v2', 'version-processing-stuck');

    const drive = await cloud.deploy('v2', { target: { process: 'always' } });

    expect(drive).toMatchObject({ state: 'failed', wrote: false, cause: { code: 'deployment.deadline' } });
  });
});

describe('a bundle in S3', () => {
  it('is used where it lies', async () => {
    cloud = await startBeanstalk({ instances: 1 });
    cloud.simulator.site.store.put('ci-artifacts', 'shop/118.zip', await zipOf(['Dockerfile']));
    const artifact: Artifact = { type: 's3', bucket: 'ci-artifacts', key: 'shop/118.zip' };

    const drive = await cloud.deploy('118', { artifact });

    expect(drive.state).toBe('succeeded');
    const version = cloud.simulator.site.applications.get('shop')?.versions.get('118');
    expect(version?.bundle).toEqual({ bucket: 'ci-artifacts', key: 'shop/118.zip' });
  });

  it('is missed before any write', async () => {
    cloud = await startBeanstalk();

    const drive = await cloud.deploy('v2', { artifact: { type: 's3', bucket: BUCKET, key: 'gone.zip' } });

    expect(drive).toMatchObject({ state: 'failed', wrote: false, cause: { code: 'eb.bundle-missing' } });
    expect(drive.cause?.detail).toContain(`s3://${BUCKET}/gone.zip`);
  });

  it('makes no way back once it was overwritten', async () => {
    cloud = await startBeanstalk({ instances: 1 });
    const { store } = cloud.simulator.site;
    store.put('ci', 'latest.zip', await zipOf(['Dockerfile']));
    await cloud.deploy('v2', { artifact: { type: 's3', bucket: 'ci', key: 'latest.zip' } });
    store.put('ci', 'latest.zip', await zipOf(['Dockerfile', 'new']));

    const { noRollback } = await cloud.deploy('v3');

    expect(noRollback).toMatchObject({ code: 'rollback.version-gone' });
    expect(noRollback?.detail).toContain('overwritten');
  });
});

describe('a version label', () => {
  it('is used again when it means the same bundle', async () => {
    cloud = await startBeanstalk({ instances: 1 });
    await cloud.deploy('v2');
    await cloud.deploy('v3');

    const drive = await cloud.deploy('v2');

    expect(drive.state).toBe('succeeded');
    expect(await cloud.calls('CreateApplicationVersion')).toBe(2);
  });

  it('is never overwritten with another bundle', async () => {
    cloud = await startBeanstalk({ instances: 1 });
    await cloud.deploy('v2');
    const { artifact, bundles } = uploaded(await zipOf(['Dockerfile']));

    const drive = await cloud.deploy('v2', { artifact, bundles });

    expect(drive).toMatchObject({ state: 'failed', wrote: false, cause: { code: 'eb.version-conflict' } });
  });

  it('carries the prefix of the target', async () => {
    cloud = await startBeanstalk({ instances: 1 });

    await cloud.deploy('2.0', { target: { labelPrefix: 'shop-api-' } });

    expect(await cloud.running()).toEqual(['shop-api-2.0']);
  });

  it('cannot be made when the quota is used up', async () => {
    cloud = await startBeanstalk({}, { versionQuota: 1 });

    const drive = await cloud.deploy('v2');

    expect(drive).toMatchObject({ state: 'failed', wrote: false, cause: { code: 'eb.quota' } });
  });

  it('may stay invisible for a while after it was made', async () => {
    cloud = await startBeanstalk({ instances: 1 });
    await cloud.script('v2', 'version-not-visible');

    const drive = await cloud.deploy('v2');

    expect(drive.state).toBe('succeeded');
    expect(await cloud.updates()).toEqual(['v2']);
  });
});

describe('an image', () => {
  it('is refused on a platform without containers, before any write', async () => {
    cloud = await startBeanstalk({ stack: '64bit Amazon Linux 2023 v6.1.0 running Node.js 20' });

    const drive = await cloud.deploy('v2');

    expect(drive).toMatchObject({ state: 'failed', wrote: false, cause: { code: 'eb.image-unsupported' } });
  });

  it('is refused under a tag that moves, unless the target allows it', async () => {
    cloud = await startBeanstalk({ instances: 1 });
    const artifact: Artifact = { type: 'image', image: 'registry.example.com/shop/api:latest' };

    const refused = await cloud.deploy('v2', { artifact });
    const allowed = await cloud.deploy('v2', { artifact, target: { allowMutableTag: true } });

    expect(refused).toMatchObject({ state: 'failed', cause: { code: 'eb.image-mutable' } });
    expect(allowed.state).toBe('succeeded');
  });

  it('is made into the base bundle of the target, whose configuration is kept', async () => {
    cloud = await startBeanstalk({ instances: 1 });
    const base = uploaded(
      await zipOfFiles({
        '.ebextensions/a.config': 'option_settings: {}\n',
        'docker-compose.yml': 'services:\n  web:\n    image: ${BEANPOD_IMAGE}\n',
      }),
    );
    const options = { bundles: base.bundles, target: { baseBundle: base.artifact.sha256 } };

    const drive = await cloud.deploy('v2', options);
    await cloud.deploy('v3', options);

    expect(drive.state).toBe('succeeded');
    const [key = '', ...more] = await keys();
    expect(more).toEqual([]);
    expect(key).toMatch(/^beanpod\/shop\/[0-9a-f]{64}\.zip$/);
    const stored = cloud.simulator.site.store.find(BUCKET, key)?.body.toString('latin1');
    expect(stored).toContain(`image: registry.example.com/shop/api@sha256:${'a'.repeat(64)}`);
    expect(stored).toContain('.ebextensions/a.config');
  });

  it('is refused before any write when the base bundle was never uploaded', async () => {
    cloud = await startBeanstalk();

    const drive = await cloud.deploy('v2', { target: { baseBundle: 'd'.repeat(64) } });

    expect(drive).toMatchObject({ state: 'failed', wrote: false, cause: { code: 'eb.bundle-missing' } });
    expect(drive.cause?.detail).toContain('base bundle');
  });

  it('becomes the same object for the same image', async () => {
    cloud = await startBeanstalk({ instances: 1 });

    await cloud.deploy('v2');
    await cloud.deploy('v3');

    expect(await cloud.calls('PutObject')).toBe(1);
  });
});

/** Keys of the bundles that Beanpod stored. */
async function keys(): Promise<readonly string[]> {
  const objects = cloud.simulator.site.store.buckets.get(BUCKET)?.objects ?? new Map<string, unknown>();
  return [...objects.keys()].filter((key) => key.startsWith('beanpod/'));
}

async function zipOfFiles(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, text] of Object.entries(files))
    zip.addBuffer(Buffer.from(text), name, { mtime: new Date(0), compress: false });
  zip.end();
  const pieces: Buffer[] = [];
  for await (const piece of zip.outputStream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

async function zipOf(names: readonly string[], content = Buffer.from('content')): Promise<Buffer> {
  const zip = new ZipFile();
  for (const name of names) zip.addBuffer(content, name, { mtime: new Date(0), compress: false });
  zip.end();
  const pieces: Buffer[] = [];
  for await (const piece of zip.outputStream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

function uploaded(bytes: Buffer): {
  artifact: { type: 'bundle'; sha256: string };
  bundles: BundleSource;
  bytes: Buffer;
} {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { artifact: { type: 'bundle', sha256 }, bundles: sourceOf(new Map([[sha256, bytes]])), bytes };
}

function sourceOf(stored: ReadonlyMap<string, Buffer>): BundleSource {
  return {
    async open(_service, sha256) {
      const bytes = stored.get(sha256);
      return bytes && { size: bytes.length, stream: chunksOf(bytes) };
    },
  };
}

async function* chunksOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += 65_536) yield bytes.subarray(start, start + 65_536);
}
