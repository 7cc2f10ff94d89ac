import { createHash } from 'node:crypto';

import { s3Error } from './answers.js';
import { declaredChecksum, hasChecksum } from './checksum.js';
import { decodeAwsChunked } from './chunked.js';
import type { Answer } from './exchange.js';
import type { Checksum } from './objects.js';
import type { WireRequest } from './signature.js';

/** A body that arrived whole, with the checksum the caller declared for it. */
export interface UploadBody {
  readonly body: Buffer;
  readonly checksum: Checksum | undefined;
  readonly contentEncoding: string | undefined;
}

/** Decodes and verifies the body of PutObject or UploadPart: aws-chunked, Content-MD5, SHA-256 and checksums. */
export function uploadBodyOf(request: WireRequest): UploadBody | { readonly refusal: Answer } {
  const encodings = (request.headers['content-encoding'] ?? '')
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '');
  const chunked =
    encodings.includes('aws-chunked') ||
    (request.headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-');
  const decoded = chunked ? decodeAwsChunked(request.body) : { body: request.body, trailers: {} };
  if (decoded === undefined) {
    return { refusal: s3Error(400, 'IncompleteBody', 'The request body terminated unexpectedly') };
  }
  const { body } = decoded;
  const refusal = chunked ? wrongLength(request, body) : wrongDigest(request, body);
  if (refusal !== undefined) return { refusal };
  const checksum = declaredChecksum(decoded.trailers) ?? declaredChecksum(request.headers);
  if (checksum !== undefined && !hasChecksum(body, checksum)) {
    const name = checksum.header.replace('x-amz-checksum-', '').toUpperCase();
    const message = `The ${name} you specified did not match the calculated checksum.`;
    return { refusal: s3Error(400, 'BadDigest', message) };
  }
  const kept = encodings.filter((coding) => coding !== 'aws-chunked').join(',');
  return { body, checksum, contentEncoding: kept === '' ? undefined : kept };
}

function wrongLength(request: WireRequest, body: Buffer): Answer | undefined {
  const declared = request.headers['x-amz-decoded-content-length'];
  if (declared === undefined || Number(declared) === body.length) return undefined;
  return s3Error(
    400,
    'IncompleteBody',
    'You did not provide the number of bytes specified by the HTTP header',
  );
}

function wrongDigest(request: WireRequest, body: Buffer): Answer | undefined {
  const md5 = request.headers['content-md5'];
  if (md5 !== undefined && createHash('md5').update(body).digest('base64') !== md5) {
    return s3Error(400, 'BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
  const sha256 = request.headers['x-amz-content-sha256'] ?? '';
  if (/^[0-9a-f]{64}$/.test(sha256) && createHash('sha256').update(body).digest('hex') !== sha256) {
    const message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
    return s3Error(400, 'XAmzContentSHA256Mismatch', message);
  }
  return undefined;
}
