import {
  CopyObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { Readable } from 'node:stream';
import type { ObserveCall } from '../surroundings.js';
import type { Credentials } from './credentials.js';
import type { BundleLocation } from './environment.js';
import { EACH_TRY, observedTries } from './observed-tries.js';
import { whenNeeded } from './when-needed.js';

/** What S3 knows about one object. */
export interface StoredObject {
  readonly size: number;
  readonly etag: string;
  /** Version of the current object; absent in buckets without versioning. */
  readonly versionId: string | undefined;
  /** Whether the bucket lies in the region of the environment, as Elastic Beanstalk wants. */
  readonly inRegion: boolean;
}

/** Answers about an object: found, certainly absent, or hidden from these credentials. */
export type Found =
  | { readonly is: 'found'; readonly object: StoredObject }
  | { readonly is: 'absent' }
  | { readonly is: 'hidden' };

/** Answers about a bucket: in this region, certainly absent, hidden from these credentials or of another owner, or in another region. */
export type FoundBucket = 'there' | 'absent' | 'hidden' | 'elsewhere';

/** S3 seen from one region, in our words. Every write is to a key that names its content, so repeating one is harmless. */
export interface Storage {
  head(location: BundleLocation, signal: AbortSignal): Promise<Found>;
  bucket(place: Pick<BundleLocation, 'bucket' | 'owner'>, signal: AbortSignal): Promise<FoundBucket>;
  /** Bodies that fail halfway leave no object and no parts behind. */
  upload(location: BundleLocation, body: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void>;
  copy(from: BundleLocation & { versionId?: string }, to: BundleLocation, signal: AbortSignal): Promise<void>;
  /** The last bytes of an object, at most `length`. */
  tail(location: BundleLocation, length: number, signal: AbortSignal): Promise<Uint8Array>;
  range(location: BundleLocation, start: number, length: number, signal: AbortSignal): Promise<Uint8Array>;
  /** For a further storage with other credentials. */
  sockets(): S3Client['config']['requestHandler'];
}

export interface StorageOptions {
  readonly region: string;
  /** For endpoints other than AWS. */
  readonly pathStyle: boolean;
  /** The default chain of the SDK when absent. */
  readonly credentials?: Credentials;
  readonly sockets?: S3Client['config']['requestHandler'];
  readonly observe?: ObserveCall;
}

const limits = { connectionTimeout: 5_000, requestTimeout: 60_000, throwOnRequestTimeout: true };
const PART_BYTES = 8 * 1024 * 1024;

/** Uploads go in parts, so that the memory of one stays below some 24 MiB whatever the size of the bundle. */
export function createStorage({ region, pathStyle, credentials, sockets, observe }: StorageOptions): Storage {
  const settings = {
    region,
    forcePathStyle: pathStyle,
    maxAttempts: 5,
    requestHandler: sockets ?? limits,
    ...(credentials && { credentials }),
  };

  function made(more: S3ClientConfig): S3Client {
    const client = new S3Client({ ...settings, ...more });
    if (observe) client.middlewareStack.addRelativeTo(observedTries(observe, 's3'), EACH_TRY);
    return client;
  }

  const local = whenNeeded(() => made({}));
  const roaming = whenNeeded(() => made({ followRegionRedirects: true }));

  async function headWith(client: S3Client, location: BundleLocation, signal: AbortSignal): Promise<Found> {
    const command = new HeadObjectCommand(placeOf(location));
    const reply = await client.send(command, { abortSignal: signal });
    return {
      is: 'found',
      object: {
        size: reply.ContentLength ?? 0,
        etag: (reply.ETag ?? '').replaceAll('"', ''),
        versionId: reply.VersionId === 'null' ? undefined : reply.VersionId,
        inRegion: client === local(),
      },
    };
  }

  async function get(location: BundleLocation, range: string, signal: AbortSignal): Promise<Uint8Array> {
    const command = new GetObjectCommand({ ...placeOf(location), Range: range });
    const reply = await local().send(command, { abortSignal: signal });
    return (await reply.Body?.transformToByteArray()) ?? new Uint8Array();
  }

  return {
    sockets: () => local().config.requestHandler,
    async head(location, signal) {
      try {
        return await headWith(local(), location, signal);
      } catch (error) {
        const status = statusOf(error);
        if (status === 404) return { is: 'absent' };
        if (status === 403) return { is: 'hidden' };
        // S3 answers 301, or 400 without a body, for a bucket of another region.
        if (status === 301 || status === 400) return await headWith(roaming(), location, signal);
        throw error;
      }
    },
    async bucket({ bucket, owner }, signal) {
      const command = new HeadBucketCommand({
        Bucket: bucket,
        ...(owner !== undefined && { ExpectedBucketOwner: owner }),
      });
      try {
        const { BucketRegion } = await local().send(command, { abortSignal: signal });
        return BucketRegion === undefined || BucketRegion === region ? 'there' : 'elsewhere';
      } catch (error) {
        const status = statusOf(error);
        if (status === 404) return 'absent';
        if (status === 403) return 'hidden';
        if (status === 301 || status === 400) return 'elsewhere';
        throw error;
      }
    },
    async upload(location, body, signal) {
      const abortController = new AbortController();
      const abort = (): void => abortController.abort();
      signal.throwIfAborted();
      signal.addEventListener('abort', abort, { once: true });
      try {
        await new Upload({
          client: local(),
          params: { ...placeOf(location), Body: Readable.from(body), ChecksumAlgorithm: 'CRC32' },
          partSize: PART_BYTES,
          queueSize: 2,
          leavePartsOnError: false,
          abortController,
        }).done();
      } finally {
        signal.removeEventListener('abort', abort);
      }
    },
    async copy(from, to, signal) {
      const path = [from.bucket, ...from.key.split('/').map(encodeURIComponent)].join('/');
      const command = new CopyObjectCommand({
        ...placeOf(to),
        ...(from.owner !== undefined && { ExpectedSourceBucketOwner: from.owner }),
        CopySource:
          from.versionId === undefined ? path : `${path}?versionId=${encodeURIComponent(from.versionId)}`,
      });
      await local().send(command, { abortSignal: signal });
    },
    async tail(location, length, signal) {
      return (await get(location, `bytes=-${length}`, signal)).subarray(-length);
    },
    range: (location, start, length, signal) => get(location, `bytes=${start}-${start + length - 1}`, signal),
  };
}

/** With the owner that the bucket must have, S3 refuses one of the same name that somebody else has taken. */
function placeOf({ bucket, key, owner }: BundleLocation): {
  Bucket: string;
  Key: string;
  ExpectedBucketOwner?: string;
} {
  return { Bucket: bucket, Key: key, ...(owner !== undefined && { ExpectedBucketOwner: owner }) };
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined;
  return (error.$metadata as { httpStatusCode?: number }).httpStatusCode;
}
