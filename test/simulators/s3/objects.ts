import { createHash } from 'node:crypto';

/** The bytes of one object and what S3 says about them. Bodies live in memory. */
export interface StoredObject {
  readonly body: Buffer;
  /** Quoted, as S3 sends it: the MD5 of the body, or `"<md5 of part md5s>-<parts>"` after a multipart upload. */
  readonly etag: string;
  readonly contentType: string;
  readonly contentEncoding: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly checksum: Checksum | undefined;
  readonly lastModified: Date;
}

/** A checksum as S3 stores it: `header` is `x-amz-checksum-<algorithm>`, `value` is Base64. */
export interface Checksum {
  readonly header: string;
  readonly value: string;
}

/** One part of a multipart upload that is under way. */
export interface UploadedPart {
  readonly body: Buffer;
  readonly etag: string;
  readonly checksum: Checksum | undefined;
  readonly at: Date;
}

/** A multipart upload between CreateMultipartUpload and Complete or Abort. */
export interface MultipartUpload {
  readonly id: string;
  readonly key: string;
  readonly contentType: string;
  readonly contentEncoding: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly parts: Map<number, UploadedPart>;
}

/** One bucket; S3 lists keys in UTF-8 binary order. */
export interface Bucket {
  readonly name: string;
  readonly region: string;
  readonly owner: string;
  readonly createdAt: Date;
  readonly objects: Map<string, StoredObject>;
  readonly uploads: Map<string, MultipartUpload>;
}

/** All buckets of one simulated account. */
export interface ObjectStore {
  readonly region: string;
  readonly account: string;
  readonly buckets: Map<string, Bucket>;
  /** Creates the bucket when it is missing, in `region` or in the store's own. */
  ensureBucket(name: string, region?: string): Bucket;
  /** Stores a body without going over HTTP; used by the simulators for logs and for seeds. */
  put(bucket: string, key: string, body: Buffer, contentType?: string): StoredObject;
  find(bucket: string, key: string): StoredObject | undefined;
}

/** An empty store. */
export function createObjectStore(region: string, account: string): ObjectStore {
  const buckets = new Map<string, Bucket>();
  function ensureBucket(name: string, inRegion = region): Bucket {
    const existing = buckets.get(name);
    if (existing !== undefined) return existing;
    const bucket: Bucket = {
      name,
      region: inRegion,
      owner: account,
      createdAt: new Date(),
      objects: new Map(),
      uploads: new Map(),
    };
    buckets.set(name, bucket);
    return bucket;
  }
  return {
    region,
    account,
    buckets,
    ensureBucket,
    put(bucket, key, body, contentType = 'application/octet-stream') {
      const stored: StoredObject = {
        body,
        etag: etagOf(body),
        contentType,
        contentEncoding: undefined,
        metadata: {},
        checksum: undefined,
        lastModified: new Date(),
      };
      ensureBucket(bucket).objects.set(key, stored);
      return stored;
    },
    find: (bucket, key) => buckets.get(bucket)?.objects.get(key),
  };
}

/** The ETag of an object that was written in one piece. */
export function etagOf(body: Buffer): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}
