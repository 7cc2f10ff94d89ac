import { noSuchBucket, s3Empty, s3Error, s3Xml } from './answers.js';
import type { Answer, Recognised } from './exchange.js';
import { listObjects } from './listing.js';
import {
  abortMultipartUpload,
  completeMultipartUpload,
  createMultipartUpload,
  listMultipartUploads,
  listParts,
  uploadPart,
} from './multipart.js';
import { copyObject, deleteObjects, getObject, putObject, uploadHeadersOf } from './object-operations.js';
import type { Bucket, ObjectStore } from './objects.js';
import type { WireRequest } from './signature.js';

/** Recognises a path-style S3 request and serves it from `store`. */
export function recogniseS3(store: ObjectStore, request: WireRequest): Recognised {
  const path = decodeURIComponent(request.rawUrl.split('?')[0] ?? '/').slice(1);
  const slash = path.indexOf('/');
  const bucket = slash < 0 ? path : path.slice(0, slash);
  const key = slash < 0 ? '' : path.slice(slash + 1);
  const operation = operationOf(request, bucket, key);
  return {
    service: 's3',
    operation,
    params: { bucket, key },
    mutates: /^(Put|Create|Complete|Abort|Upload|Delete|Copy)/.test(operation),
    perform: (requestId) =>
      Promise.resolve(stamped(serve(store, { request, operation, bucket, key }), requestId)),
    refuse: (status, code, message, requestId) => stamped(refusal(status, code, message), requestId),
    // With no right to list a bucket, S3 says 403 for a missing key; with it, 404. Hiding is the latter.
    hide: (requestId) =>
      stamped(s3Error(404, 'NoSuchKey', 'The specified key does not exist.', key), requestId),
  };
}

interface Asked {
  readonly request: WireRequest;
  readonly operation: string;
  readonly bucket: string;
  readonly key: string;
}

function operationOf(request: WireRequest, bucket: string, key: string): string {
  const query = request.url.searchParams;
  if (bucket === '') return 'ListBuckets';
  if (key === '') return bucketOperation(request.method, query);
  return query.has('uploadId') || query.has('uploads')
    ? multipartOperation(request.method, query)
    : objectOperation(request);
}

function bucketOperation(method: string, query: URLSearchParams): string {
  if (method === 'HEAD') return 'HeadBucket';
  if (method === 'PUT') return 'CreateBucket';
  if (method === 'DELETE') return 'DeleteBucket';
  if (method === 'POST' && query.has('delete')) return 'DeleteObjects';
  if (query.has('location')) return 'GetBucketLocation';
  return query.has('uploads') ? 'ListMultipartUploads' : 'ListObjectsV2';
}

function multipartOperation(method: string, query: URLSearchParams): string {
  if (method === 'PUT') return 'UploadPart';
  if (method === 'DELETE') return 'AbortMultipartUpload';
  if (method === 'GET') return 'ListParts';
  return query.has('uploads') ? 'CreateMultipartUpload' : 'CompleteMultipartUpload';
}

function objectOperation(request: WireRequest): string {
  if (request.method === 'PUT') return 'x-amz-copy-source' in request.headers ? 'CopyObject' : 'PutObject';
  if (request.method === 'DELETE') return 'DeleteObject';
  return request.method === 'HEAD' ? 'HeadObject' : 'GetObject';
}

function serve(store: ObjectStore, asked: Asked): Answer {
  if (asked.operation === 'ListBuckets') return listBuckets(store);
  if (asked.operation === 'CreateBucket') return createBucket(store, asked);
  const bucket = store.buckets.get(asked.bucket);
  if (bucket === undefined) return noSuchBucket(asked.bucket);
  const owner = asked.request.headers['x-amz-expected-bucket-owner'];
  if (owner !== undefined && owner !== bucket.owner) return s3Error(403, 'AccessDenied', 'Access Denied');
  return serveBucket(store, bucket, asked);
}

function serveBucket(store: ObjectStore, bucket: Bucket, asked: Asked): Answer {
  const { request, key } = asked;
  switch (asked.operation) {
    case 'HeadBucket':
      return s3Empty(200, { 'x-amz-bucket-region': bucket.region });
    case 'GetBucketLocation':
      return s3Xml('LocationConstraint', bucket.region === 'us-east-1' ? '' : bucket.region);
    case 'DeleteBucket':
      return deleteBucket(store, bucket);
    case 'ListObjectsV2':
      return listObjects(bucket, request);
    case 'ListMultipartUploads':
      return listMultipartUploads(bucket);
    case 'DeleteObjects':
      return deleteObjects(bucket, request);
    case 'PutObject':
      return putObject(bucket, key, request);
    case 'CopyObject':
      return copyObject(store, bucket, key, request);
    case 'DeleteObject':
      bucket.objects.delete(key);
      return s3Empty(204);
    case 'CreateMultipartUpload':
      return createMultipartUpload(bucket, key, uploadHeadersOf(request));
    case 'UploadPart':
      return uploadPart(bucket, key, request);
    case 'CompleteMultipartUpload':
      return completeMultipartUpload(bucket, key, request);
    case 'AbortMultipartUpload':
      return abortMultipartUpload(bucket, key, request);
    case 'ListParts':
      return listParts(bucket, key, request);
    default:
      return getObject(bucket, key, request);
  }
}

function listBuckets(store: ObjectStore): Answer {
  const all = [...store.buckets.values()].map((bucket) => ({
    Name: bucket.name,
    CreationDate: bucket.createdAt,
  }));
  return s3Xml('ListAllMyBucketsResult', { Owner: { ID: store.account }, Buckets: { Bucket: all } });
}

function createBucket(store: ObjectStore, asked: Asked): Answer {
  const region = /<LocationConstraint>(.*?)<\/LocationConstraint>/.exec(
    asked.request.body.toString('utf8'),
  )?.[1];
  if (store.buckets.has(asked.bucket) && store.region !== 'us-east-1') {
    const message = 'Your previous request to create the named bucket succeeded and you already own it.';
    return s3Error(409, 'BucketAlreadyOwnedByYou', message);
  }
  store.ensureBucket(asked.bucket, region ?? store.region);
  return s3Empty(200, { location: `/${asked.bucket}` });
}

function deleteBucket(store: ObjectStore, bucket: Bucket): Answer {
  if (bucket.objects.size > 0) {
    return s3Error(409, 'BucketNotEmpty', 'The bucket you tried to delete is not empty');
  }
  store.buckets.delete(bucket.name);
  return s3Empty(204);
}

function refusal(status: number, code: string, message: string): Answer {
  if (code === 'Throttling') return s3Error(503, 'SlowDown', 'Please reduce your request rate.');
  if (code === 'InternalFailure') {
    return s3Error(500, 'InternalError', 'We encountered an internal error. Please try again.');
  }
  if (code === 'InvalidClientTokenId') {
    return s3Error(
      403,
      'InvalidAccessKeyId',
      'The AWS Access Key Id you provided does not exist in our records.',
    );
  }
  if (code === 'ExpiredToken') return s3Error(400, 'ExpiredToken', 'The provided token has expired.');
  if (code === 'RequestExpired') return s3Error(403, 'AccessDenied', 'Request has expired');
  if (code === 'MissingAuthenticationToken') return s3Error(403, 'AccessDenied', 'Access Denied');
  return s3Error(status, code, message);
}

function stamped(answer: Answer, requestId: string): Answer {
  return {
    ...answer,
    headers: { ...answer.headers, 'x-amz-request-id': requestId, 'x-amz-id-2': 'simulated' },
  };
}
