import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';

import { S3 } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { presignedUrl } from '../../simulators/s3/signature.js';
import { startS3 } from '../../simulators/s3/start.js';
import type { RunningS3 } from '../../simulators/s3/start.js';

const Bucket = 'bundles';
const secret = 'test-secret';

let sim: RunningS3;
let s3: S3;
beforeEach(async () => {
  sim = await startS3({ buckets: [Bucket], credentials: { AKIATEST: secret } });
  s3 = client();
});
afterEach(async () => {
  s3.destroy();
  await sim.close();
});

function client(secretAccessKey = secret): S3 {
  return new S3({
    endpoint: sim.url,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'AKIATEST', secretAccessKey },
  });
}

async function read(Key: string): Promise<Buffer> {
  const { Body } = await s3.getObject({ Bucket, Key });
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

describe('objects', () => {
  it('come back as they were stored, with their real ETag, metadata and checksum', async () => {
    const body = randomBytes(3_000_000);
    const put = await s3.putObject({ Bucket, Key: 'a b/ü+1.zip', Body: body, Metadata: { sha256: 'abc' } });

    expect(put.ETag).toBe(`"${createHash('md5').update(body).digest('hex')}"`);
    expect((await read('a b/ü+1.zip')).equals(body)).toBe(true);
    const head = await s3.headObject({ Bucket, Key: 'a b/ü+1.zip', ChecksumMode: 'ENABLED' });
    expect(head).toMatchObject({ ContentLength: 3_000_000, Metadata: { sha256: 'abc' } });
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32BE(crc32(body));
    expect(head.ChecksumCRC32).toBe(checksum.toString('base64'));
  });

  it('are taken from a stream in aws-chunked coding, with the checksum in a trailer', async () => {
    const body = randomBytes(300_000);
    await s3.putObject({ Bucket, Key: 'stream', Body: Readable.from([body]), ContentLength: body.length });

    expect((await read('stream')).equals(body)).toBe(true);
    expect(sim.store.find(Bucket, 'stream')?.checksum?.header).toBe('x-amz-checksum-crc32');
    expect(sim.store.find(Bucket, 'stream')?.contentEncoding).toBeUndefined();
  });

  it('are refused when they do not have the checksum they declare', async () => {
    const wrong = s3.putObject({ Bucket, Key: 'bad', Body: 'x', ChecksumCRC32: 'AAAAAA==' });

    await expect(wrong).rejects.toMatchObject({ name: 'BadDigest' });
    expect(sim.store.find(Bucket, 'bad')).toBeUndefined();
  });

  it('are given in ranges', async () => {
    await s3.putObject({ Bucket, Key: 'digits', Body: '0123456789' });
    const text = async (Range: string): Promise<string | undefined> => {
      return (await s3.getObject({ Bucket, Key: 'digits', Range })).Body?.transformToString();
    };

    expect(await text('bytes=2-4')).toBe('234');
    expect(await text('bytes=-3')).toBe('789');
    await expect(text('bytes=10-')).rejects.toMatchObject({ name: 'InvalidRange' });
  });

  it('are not overwritten under If-None-Match: *', async () => {
    await s3.putObject({ Bucket, Key: 'once', Body: '1', IfNoneMatch: '*' });

    const again = s3.putObject({ Bucket, Key: 'once', Body: '2', IfNoneMatch: '*' });
    await expect(again).rejects.toMatchObject({ name: 'PreconditionFailed' });
    expect((await read('once')).toString()).toBe('1');
  });

  it('are copied and deleted', async () => {
    await s3.putObject({ Bucket, Key: 'one', Body: '1' });
    await s3.copyObject({ Bucket, Key: 'two', CopySource: `${Bucket}/one` });
    await s3.deleteObject({ Bucket, Key: 'one' });
    expect((await read('two')).toString()).toBe('1');

    await s3.deleteObjects({ Bucket, Delete: { Objects: [{ Key: 'two' }] } });
    expect((await s3.listObjectsV2({ Bucket })).KeyCount).toBe(0);
  });

  it('that are missing are NotFound to HeadObject and NoSuchKey to GetObject', async () => {
    await expect(s3.headObject({ Bucket, Key: 'gone' })).rejects.toMatchObject({ name: 'NotFound' });
    await expect(s3.getObject({ Bucket, Key: 'gone' })).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('are listed by prefix and folder, page by page', async () => {
    for (const Key of ['a/1', 'a/2', 'b/1', 'c', 'd']) await s3.putObject({ Bucket, Key, Body: 'x' });
    const rows: (string | undefined)[] = [];
    for (let token: string | undefined, first = true; first || token !== undefined; first = false) {
      const more = token === undefined ? {} : { ContinuationToken: token };
      const page = await s3.listObjectsV2({ Bucket, Delimiter: '/', MaxKeys: 1, ...more });
      rows.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
      rows.push(...(page.Contents ?? []).map(({ Key }) => Key));
      token = page.NextContinuationToken;
    }

    expect(rows).toEqual(['a/', 'b/', 'c', 'd']);
    const under = await s3.listObjectsV2({ Bucket, Prefix: 'a/' });
    expect(under.Contents?.map(({ Key }) => Key)).toEqual(['a/1', 'a/2']);
  });
});

describe('buckets', () => {
  it('are created, found and deleted when empty', async () => {
    await s3.createBucket({ Bucket: 'fresh' });
    expect((await s3.headBucket({ Bucket: 'fresh' })).BucketRegion).toBe('us-east-1');
    expect((await s3.listBuckets({})).Buckets?.map(({ Name }) => Name)).toEqual([Bucket, 'fresh']);
    await s3.putObject({ Bucket: 'fresh', Key: 'x', Body: 'x' });
    await expect(s3.deleteBucket({ Bucket: 'fresh' })).rejects.toMatchObject({ name: 'BucketNotEmpty' });
    await s3.deleteObject({ Bucket: 'fresh', Key: 'x' });
    await s3.deleteBucket({ Bucket: 'fresh' });

    await expect(s3.headBucket({ Bucket: 'fresh' })).rejects.toMatchObject({ name: 'NotFound' });
  });

  it('of another owner than expected are closed', async () => {
    await s3.headBucket({ Bucket, ExpectedBucketOwner: '123456789012' });
    const stolen = s3.headBucket({ Bucket, ExpectedBucketOwner: '999999999999' });
    await expect(stolen).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  });
});

describe('multipart uploads', () => {
  it('join their parts, with a composite ETag and checksum', async () => {
    const body = randomBytes(11_000_000);
    const { ETag } = await new Upload({ client: s3, params: { Bucket, Key: 'big', Body: body } }).done();

    expect(ETag).toMatch(/^"[0-9a-f]{32}-3"$/);
    expect((await read('big')).equals(body)).toBe(true);
    expect(sim.store.find(Bucket, 'big')?.checksum?.value).toMatch(/-3$/);
    const uploaded = sim.calls().filter(({ operation }) => operation === 'UploadPart');
    expect(uploaded.length).toBe(3);
  });

  it('leave nothing behind when they are aborted', async () => {
    const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: 'half' });
    const order = { Bucket, Key: 'half', UploadId: UploadId ?? '' };
    await s3.uploadPart({ ...order, PartNumber: 1, Body: 'x' });
    expect((await s3.listParts(order)).Parts?.length).toBe(1);
    await s3.abortMultipartUpload(order);

    expect((await s3.listMultipartUploads({ Bucket })).Uploads ?? []).toEqual([]);
    expect(sim.store.find(Bucket, 'half')).toBeUndefined();
  });

  it('are refused with a small part in the middle, a wrong ETag or parts out of order', async () => {
    const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: 'odd' });
    const order = { Bucket, Key: 'odd', UploadId: UploadId ?? '' };
    const etags: (string | undefined)[] = [];
    for (const PartNumber of [1, 2])
      etags.push((await s3.uploadPart({ ...order, PartNumber, Body: 'x' })).ETag);
    const complete = (...numbers: number[]): Promise<unknown> => {
      const Parts = numbers.map((PartNumber) => ({ PartNumber, ETag: etags[PartNumber - 1] ?? '"0"' }));
      return s3.completeMultipartUpload({ ...order, MultipartUpload: { Parts } });
    };

    await expect(complete(1, 2)).rejects.toMatchObject({ name: 'EntityTooSmall' });
    await expect(complete(2, 1)).rejects.toMatchObject({ name: 'InvalidPartOrder' });
    await expect(complete(3)).rejects.toMatchObject({ name: 'InvalidPart' });
  });
});

describe('access', () => {
  function urlOf(Key: string, overrides: { at?: number; secretKey?: string } = {}): string {
    return presignedUrl({
      url: `${sim.url}/${Bucket}/${Key}`,
      accessKeyId: 'AKIATEST',
      secretKey: secret,
      region: 'us-east-1',
      expiresSeconds: 60,
      at: Date.now(),
      ...overrides,
    });
  }

  it('by a presigned URL ends when it expires, and depends on its signature', async () => {
    await s3.putObject({ Bucket, Key: 'log', Body: 'lines' });

    expect(await (await fetch(urlOf('log'))).text()).toBe('lines');
    const late = await fetch(urlOf('log', { at: Date.now() - 61_000 }));
    expect([late.status, await late.text()]).toEqual([403, expect.stringContaining('Request has expired')]);
    expect((await fetch(urlOf('log', { secretKey: 'guess' }))).status).toBe(403);
    expect((await fetch(urlOf('log').replace('/log?', '/other?'))).status).toBe(403);
  });

  it('is refused to the anonymous and to wrong signatures', async () => {
    expect((await fetch(`${sim.url}/${Bucket}`)).status).toBe(403);
    const stranger = client('guess');
    await expect(stranger.listObjectsV2({ Bucket })).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
    stranger.destroy();
  });
});

describe('faults', () => {
  it('slow down a burst that the SDK rides out', async () => {
    sim.faults.add({ operation: 'PutObject', kind: 'throttle', times: 2 });
    const { $metadata } = await s3.putObject({ Bucket, Key: 'x', Body: 'x' });

    expect($metadata.attempts).toBe(3);
    expect(sim.calls().map(({ outcome }) => outcome)).toEqual(['refused', 'refused', 'accepted']);
  });

  it('cut the connection after the object was stored', async () => {
    sim.faults.add({ operation: 'PutObject', kind: 'reset-after-accept' });
    await s3.putObject({ Bucket, Key: 'x', Body: 'x' });

    const puts = sim.calls().map(({ outcome, committed }) => `${outcome} ${committed}`);
    expect(puts).toEqual(['reset true', 'accepted true']);
  });

  it('deny access as S3 does', async () => {
    sim.faults.add({ operation: 'GetObject', kind: 'access-denied' });
    await expect(s3.getObject({ Bucket, Key: 'x' })).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});
