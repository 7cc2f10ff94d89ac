import { noSuchKey, s3Empty, s3Error, s3Xml } from './answers.js';
import type { Answer } from './exchange.js';
import type { UploadHeaders } from './multipart.js';
import { etagOf } from './objects.js';
import type { Bucket, ObjectStore, StoredObject } from './objects.js';
import type { WireRequest } from './signature.js';
import { uploadBodyOf } from './upload-body.js';

/** Stores an object; `If-None-Match: *` refuses to overwrite one. */
export function putObject(bucket: Bucket, key: string, request: WireRequest): Answer {
  if (request.headers['if-none-match'] === '*' && bucket.objects.has(key)) return preconditionFailed();
  const wanted = request.headers['if-match'];
  if (wanted !== undefined && bucket.objects.get(key)?.etag !== wanted) return preconditionFailed();
  const received = uploadBodyOf(request);
  if ('refusal' in received) return received.refusal;
  const { body, checksum, contentEncoding } = received;
  const etag = etagOf(body);
  const lastModified = new Date();
  bucket.objects.set(key, {
    body,
    etag,
    checksum,
    lastModified,
    ...uploadHeadersOf(request),
    contentEncoding,
  });
  return s3Empty(200, { etag, ...(checksum === undefined ? {} : { [checksum.header]: checksum.value }) });
}

/** Answers GetObject and HeadObject, with `Range`, `If-None-Match` and `x-amz-checksum-mode`. */
export function getObject(bucket: Bucket, key: string, request: WireRequest): Answer {
  const stored = bucket.objects.get(key);
  if (stored === undefined) return noSuchKey(key);
  const headers = objectHeaders(stored, request);
  if (request.headers['if-none-match'] === stored.etag) return s3Empty(304, headers);
  const range = /^bytes=(\d*)-(\d*)$/.exec(request.headers['range'] ?? '');
  if (range === null) return { status: 200, headers, body: stored.body };
  const [from, to] = rangeOf(range, stored.body.length);
  if (from > to || from >= stored.body.length) {
    return s3Error(416, 'InvalidRange', 'The requested range is not satisfiable');
  }
  const contentRange = `bytes ${from}-${to}/${stored.body.length}`;
  return {
    status: 206,
    headers: { ...headers, 'content-range': contentRange, 'content-length': String(to - from + 1) },
    body: stored.body.subarray(from, to + 1),
  };
}

/** Copies an object named by `x-amz-copy-source` into `bucket`. */
export function copyObject(store: ObjectStore, bucket: Bucket, key: string, request: WireRequest): Answer {
  const source = decodeURIComponent(request.headers['x-amz-copy-source'] ?? '').replace(/^\//, '');
  const slash = source.indexOf('/');
  const stored = store.find(source.slice(0, slash), source.slice(slash + 1));
  if (stored === undefined) return noSuchKey(source);
  const replaces = request.headers['x-amz-metadata-directive'] === 'REPLACE';
  const lastModified = new Date();
  bucket.objects.set(key, { ...stored, ...(replaces ? uploadHeadersOf(request) : {}), lastModified });
  return s3Xml('CopyObjectResult', { ETag: stored.etag, LastModified: lastModified });
}

/** Deletes the keys named in the body of DeleteObjects. */
export function deleteObjects(bucket: Bucket, request: WireRequest): Answer {
  const xml = request.body.toString('utf8');
  const keys = [...xml.matchAll(/<Key>([\s\S]*?)<\/Key>/g)].map((match) => unescapeXml(match[1] ?? ''));
  for (const key of keys) bucket.objects.delete(key);
  return s3Xml('DeleteResult', { Deleted: keys.map((Key) => ({ Key })) });
}

/** Content type, encoding and user metadata that an upload declares. */
export function uploadHeadersOf(request: WireRequest): UploadHeaders {
  const metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (name.startsWith('x-amz-meta-')) metadata[name] = value;
  }
  const contentType = request.headers['content-type'] ?? 'binary/octet-stream';
  const contentEncoding = request.headers['content-encoding']?.replace(/aws-chunked,?\s*/, '');
  return { contentType, contentEncoding: contentEncoding === '' ? undefined : contentEncoding, metadata };
}

function objectHeaders(stored: StoredObject, request: WireRequest): Record<string, string> {
  const wantsChecksum =
    request.headers['x-amz-checksum-mode'] === 'ENABLED' && request.headers['range'] === undefined;
  const disposition = request.url.searchParams.get('response-content-disposition');
  return {
    etag: stored.etag,
    'content-type': stored.contentType,
    'content-length': String(stored.body.length),
    'last-modified': stored.lastModified.toUTCString(),
    'accept-ranges': 'bytes',
    ...stored.metadata,
    ...(stored.contentEncoding === undefined ? {} : { 'content-encoding': stored.contentEncoding }),
    ...(disposition === null ? {} : { 'content-disposition': disposition }),
    ...(wantsChecksum && stored.checksum !== undefined
      ? { [stored.checksum.header]: stored.checksum.value }
      : {}),
  };
}

function rangeOf(match: RegExpExecArray, size: number): [number, number] {
  const [, from = '', to = ''] = match;
  if (from === '') return [Math.max(0, size - Number(to)), size - 1];
  return [Number(from), Math.min(to === '' ? size - 1 : Number(to), size - 1)];
}

function unescapeXml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}

function preconditionFailed(): Answer {
  const message = 'At least one of the pre-conditions you specified did not hold';
  return s3Error(412, 'PreconditionFailed', message);
}
