import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBlobs } from '../../../src/shared/blobs/open.js';
import type { Blobs } from '../../../src/shared/blobs/blobs.js';
import { startS3, type RunningS3 } from '../../simulators/s3/start.js';
import { pointSdkTo } from '../../support/aws.js';

let s3: RunningS3;
let blobs: Blobs;
beforeAll(async () => {
  s3 = await startS3({ buckets: ['beanpod-blobs'] });
  pointSdkTo(s3.url);
  blobs = await openBlobs({ place: 's3://beanpod-blobs/archive', s3PathStyle: true });
});
afterAll(() => s3.close());

async function* megabytes(count: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < count; at += 1) yield await Promise.resolve(Buffer.alloc(1024 * 1024, at));
}

describe('a bucket of blobs', () => {
  test('gives back what was put, also what is sent in several parts', async () => {
    const put = await blobs.put('bundles/shop/big', megabytes(12));
    const got = await blobs.get('bundles/shop/big');

    expect(put.size).toBe(12 * 1024 * 1024);
    expect(got?.size).toBe(put.size);
    const bytes = Buffer.concat((await got?.stream.toArray()) ?? []);
    expect(
      bytes.equals(Buffer.concat(Array.from({ length: 12 }, (_, at) => Buffer.alloc(1024 * 1024, at)))),
    ).toBe(true);
    expect(await blobs.size('bundles/shop/big')).toBe(put.size);
  });

  test.each([0, 12])('keeps nothing of a source that throws after %d MB', async (count) => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield* megabytes(count);
      throw new Error('cut off');
    }

    await expect(blobs.put('bundles/shop/broken', broken())).rejects.toThrow('cut off');

    expect(await blobs.get('bundles/shop/broken')).toBeUndefined();
    expect(await blobs.size('bundles/shop/broken')).toBeUndefined();
  });

  test('knows nothing of what was removed', async () => {
    await blobs.put('bundles/shop/gone', megabytes(1));

    await blobs.remove('bundles/shop/gone');
    await blobs.remove('bundles/shop/gone');

    expect(await blobs.get('bundles/shop/gone')).toBeUndefined();
  });
});
