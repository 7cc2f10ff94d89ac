import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { DeleteObjectCommand, GetObjectCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { proveKey, type Blobs } from './blobs.js';

/** Blobs as objects of a bucket, below a prefix. Region, endpoint and credentials come from the usual AWS settings. */
export function createS3Blobs(bucket: string, prefix: string, pathStyle: boolean): Blobs {
  const client = new S3Client({ forcePathStyle: pathStyle });
  const nameOf = (key: string) => ({ Bucket: bucket, Key: `${prefix}${proveKey(key)}` });

  return {
    async put(key, source) {
      const hash = createHash('sha256');
      let size = 0;
      async function* counted(): AsyncGenerator<Uint8Array> {
        for await (const chunk of source) {
          hash.update(chunk);
          size += chunk.byteLength;
          yield chunk;
        }
      }
      // A source that throws ends the upload before its last part: S3 never shows an unfinished object.
      const params = { ...nameOf(key), Body: Readable.from(counted(), { objectMode: false }) };
      await new Upload({ client, params, leavePartsOnError: false }).done();
      return { size, sha256: hash.digest('hex') };
    },

    async get(key) {
      const found = await unlessMissing(client.send(new GetObjectCommand(nameOf(key))));
      if (!found?.Body) return undefined;
      return { size: found.ContentLength ?? 0, stream: found.Body as Readable };
    },

    async size(key) {
      return (await unlessMissing(client.send(new HeadObjectCommand(nameOf(key)))))?.ContentLength;
    },

    async remove(key) {
      await client.send(new DeleteObjectCommand(nameOf(key)));
    },
  };
}

async function unlessMissing<T>(attempt: Promise<T>): Promise<T | undefined> {
  try {
    return await attempt;
  } catch (error) {
    if (error instanceof Error && ['NoSuchKey', 'NotFound'].includes(error.name)) return undefined;
    throw error;
  }
}
