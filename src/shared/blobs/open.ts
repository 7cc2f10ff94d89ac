import type { Blobs } from './blobs.js';
import { createFolderBlobs } from './folder.js';

/** Where blobs live. */
export interface BlobPlace {
  /** A folder, or `s3://bucket/prefix`. */
  readonly place: string;
  readonly s3PathStyle: boolean;
}

/** Opens the blob store. The S3 client is loaded only when the place is a bucket. */
export async function openBlobs({ place, s3PathStyle }: BlobPlace): Promise<Blobs> {
  const bucket = /^s3:\/\/([^/]+)\/?(.*)$/.exec(place);
  if (!bucket) return createFolderBlobs(place);
  const { createS3Blobs } = await import('./s3.js');
  const [, name = '', prefix = ''] = bucket;
  return createS3Blobs(name, prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`, s3PathStyle);
}
