import { createHash, randomBytes } from 'node:crypto';

import { s3Empty, s3Error, s3Xml } from './answers.js';
import { compositeChecksum } from './checksum.js';
import type { Answer } from './exchange.js';
import { etagOf } from './objects.js';
import type { Bucket, MultipartUpload, StoredObject, UploadedPart } from './objects.js';
import type { WireRequest } from './signature.js';
import { uploadBodyOf } from './upload-body.js';

/** S3's smallest part, in bytes, for all parts but the last ("Amazon S3 multipart upload limits"). */
const smallestPart = 5 * 1024 * 1024;

/** Starts an upload and answers with its id. */
export function createMultipartUpload(bucket: Bucket, key: string, headers: UploadHeaders): Answer {
  const id = randomBytes(24).toString('base64url');
  bucket.uploads.set(id, { id, key, ...headers, parts: new Map() });
  return s3Xml('InitiateMultipartUploadResult', { Bucket: bucket.name, Key: key, UploadId: id });
}

/** What an upload says about its object. */
export type UploadHeaders = Pick<MultipartUpload, 'contentType' | 'contentEncoding' | 'metadata'>;

/** Stores one part, or the same part again. */
export function uploadPart(bucket: Bucket, key: string, request: WireRequest): Answer {
  const query = request.url.searchParams;
  const upload = findUpload(bucket, key, query.get('uploadId'));
  if (upload === undefined) return noSuchUpload();
  const number = Number(query.get('partNumber'));
  if (!Number.isInteger(number) || number < 1 || number > 10_000) {
    return s3Error(400, 'InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive');
  }
  const received = uploadBodyOf(request);
  if ('refusal' in received) return received.refusal;
  const { body, checksum } = received;
  const etag = etagOf(body);
  upload.parts.set(number, { body, etag, checksum, at: new Date() });
  return s3Empty(200, { etag, ...(checksum === undefined ? {} : { [checksum.header]: checksum.value }) });
}

/** Joins the parts into the object, after checking their order, their ETags and their sizes. */
export function completeMultipartUpload(bucket: Bucket, key: string, request: WireRequest): Answer {
  const upload = findUpload(bucket, key, request.url.searchParams.get('uploadId'));
  if (upload === undefined) return noSuchUpload();
  const chosen = chosenParts(upload, request.body.toString('utf8'));
  if ('refusal' in chosen) return chosen.refusal;
  const { parts } = chosen;
  const digests = Buffer.concat(parts.map((part) => Buffer.from(part.etag.replaceAll('"', ''), 'hex')));
  const etag = `"${createHash('md5').update(digests).digest('hex')}-${parts.length}"`;
  const checksum = compositeChecksum(parts.map((part) => part.checksum));
  const stored: StoredObject = {
    body: Buffer.concat(parts.map((part) => part.body)),
    etag,
    contentType: upload.contentType,
    contentEncoding: upload.contentEncoding,
    metadata: upload.metadata,
    checksum,
    lastModified: new Date(),
  };
  bucket.objects.set(key, stored);
  bucket.uploads.delete(upload.id);
  const element = checksum?.header.replace('x-amz-checksum-', '').toUpperCase();
  return s3Xml('CompleteMultipartUploadResult', {
    Location: `${request.url.origin}/${bucket.name}/${key}`,
    Bucket: bucket.name,
    Key: key,
    ETag: etag,
    ...(element === undefined ? {} : { [`Checksum${element}`]: checksum?.value, ChecksumType: 'COMPOSITE' }),
  });
}

/** Throws the parts of an upload away. */
export function abortMultipartUpload(bucket: Bucket, key: string, request: WireRequest): Answer {
  const upload = findUpload(bucket, key, request.url.searchParams.get('uploadId'));
  if (upload === undefined) return noSuchUpload();
  bucket.uploads.delete(upload.id);
  return s3Empty(204);
}

/** Lists the parts that arrived so far. */
export function listParts(bucket: Bucket, key: string, request: WireRequest): Answer {
  const upload = findUpload(bucket, key, request.url.searchParams.get('uploadId'));
  if (upload === undefined) return noSuchUpload();
  const parts = [...upload.parts].sort(([left], [right]) => left - right);
  return s3Xml('ListPartsResult', {
    Bucket: bucket.name,
    Key: key,
    UploadId: upload.id,
    IsTruncated: false,
    Part: parts.map(([number, part]) => {
      return { PartNumber: number, LastModified: part.at, ETag: part.etag, Size: part.body.length };
    }),
  });
}

/** Lists the uploads that were neither completed nor aborted. */
export function listMultipartUploads(bucket: Bucket): Answer {
  return s3Xml('ListMultipartUploadsResult', {
    Bucket: bucket.name,
    IsTruncated: false,
    Upload: [...bucket.uploads.values()].map((upload) => ({ Key: upload.key, UploadId: upload.id })),
  });
}

function findUpload(bucket: Bucket, key: string, id: string | null): MultipartUpload | undefined {
  const upload = bucket.uploads.get(id ?? '');
  return upload?.key === key ? upload : undefined;
}

function chosenParts(
  upload: MultipartUpload,
  xml: string,
): { readonly parts: readonly UploadedPart[] } | { readonly refusal: Answer } {
  const parts: UploadedPart[] = [];
  let previous = 0;
  for (const [, inner = ''] of xml.matchAll(/<Part>([\s\S]*?)<\/Part>/g)) {
    const number = Number(/<PartNumber>(\d+)<\/PartNumber>/.exec(inner)?.[1]);
    const etag = (/<ETag>([\s\S]*?)<\/ETag>/.exec(inner)?.[1] ?? '').replaceAll(/&quot;|"|&#34;/g, '');
    const part = upload.parts.get(number);
    if (part === undefined || part.etag !== `"${etag}"`) {
      return {
        refusal: s3Error(400, 'InvalidPart', 'One or more of the specified parts could not be found.'),
      };
    }
    if (number <= previous) {
      return { refusal: s3Error(400, 'InvalidPartOrder', 'The list of parts was not in ascending order.') };
    }
    previous = number;
    parts.push(part);
  }
  if (parts.length === 0)
    return { refusal: s3Error(400, 'MalformedXML', 'The XML you provided was not well-formed') };
  if (parts.slice(0, -1).some((part) => part.body.length < smallestPart)) {
    const message = 'Your proposed upload is smaller than the minimum allowed size';
    return { refusal: s3Error(400, 'EntityTooSmall', message) };
  }
  return { parts };
}

function noSuchUpload(): Answer {
  const message =
    'The specified upload does not exist. The upload ID may be invalid, or it was aborted or completed.';
  return s3Error(404, 'NoSuchUpload', message);
}
