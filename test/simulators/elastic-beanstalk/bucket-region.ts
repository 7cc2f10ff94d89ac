import { s3Error } from '../s3/answers.js';
import type { Recognised } from '../s3/exchange.js';
import { recogniseS3 } from '../s3/handler.js';
import { signerOf, type WireRequest } from '../s3/signature.js';
import type { Site } from './site.js';

/** Recognises a request to S3; one for a bucket of another region is sent there ("Request redirection", 301). */
export function recogniseBucketCall(site: Site, request: WireRequest): Recognised {
  const recognised = recogniseS3(site.store, request);
  const bucket = site.store.buckets.get(recognised.params['bucket'] ?? '');
  const isHere = bucket === undefined || bucket.region === site.region;
  if (isHere || bucket.region === signerOf(request)?.region) return recognised;
  const message =
    'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.';
  return {
    ...recognised,
    async perform() {
      const answer = s3Error(301, 'PermanentRedirect', message, `/${bucket.name}`);
      return { ...answer, headers: { ...answer.headers, 'x-amz-bucket-region': bucket.region } };
    },
  };
}
