import { createHash } from 'node:crypto';
import { Type } from 'typebox';
import { BundleView } from '../../shared/contract/bundle-view.js';
import { closed, ServiceName } from '../../shared/contract/names.js';
import { bundleKey, type Blobs } from '../../shared/blobs/blobs.js';
import type { Configuration } from '../../shared/store/configuration.js';
import { Refusal } from '../refusal.js';
import { json } from '../reply.js';
import { defineRoute, type Route } from '../route.js';
import { refused, serviceOf } from './parameters.js';
import { unknownService } from './services.js';

/** Most bytes of a bundle: what Elastic Beanstalk takes. https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/applications-sourcebundle.html */
const MOST_BYTES = 512 * 1024 * 1024;

/** Uploads of bundles, by the hash of their content. */
export function bundleRoute(
  blobs: Pick<Blobs, 'put' | 'size'>,
  configuration: Pick<Configuration, 'refresh'>,
  mostBytes = MOST_BYTES,
): Route {
  return defineRoute({
    method: 'put',
    path: '/v1/services/:service/bundles/:sha256',
    tag: 'Versions',
    summary: 'Upload a source bundle',
    description: 'Name it in an artifact of type bundle. Uploading the same bundle again costs nothing.',
    access: { verb: 'deploy', within: serviceOf },
    params: Type.Object(
      {
        service: ServiceName,
        sha256: Type.String({
          pattern: '^[0-9a-f]{64}$',
          description: 'SHA-256 of the file, hex',
          examples: ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
        }),
      },
      { ...closed, description: 'Path' },
    ),
    upload: ['application/zip', 'application/octet-stream'],
    answers: {
      201: { description: 'Stored', schema: BundleView },
      200: { description: 'It was there already', schema: BundleView },
      404: refused('Unknown service'),
      413: refused('Too large'),
      422: refused('The content has another hash; nothing was kept'),
    },
    async handler({ params: { service, sha256 }, around }) {
      if (!(await configuration.refresh()).services.has(service)) throw unknownService(service);
      if (Number(around.header('content-length') ?? 0) > mostBytes) throw tooLarge(mostBytes);
      const key = bundleKey(service, sha256);
      const there = await blobs.size(key);
      if (there !== undefined) {
        await discard(around.upload(), mostBytes);
        return json(200, { service, sha256, size: there });
      }
      const { size } = await blobs.put(key, proven(around.upload(), sha256, mostBytes));
      return json(201, { service, sha256, size });
    },
  });
}

/** Passes a bundle on and throws at its end, before the store keeps it, when it is not what was announced. */
async function* proven(
  source: AsyncIterable<Uint8Array>,
  sha256: string,
  mostBytes: number,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of source) {
    size += chunk.byteLength;
    if (size > mostBytes) throw tooLarge(mostBytes);
    hash.update(chunk);
    yield chunk;
  }
  const seen = hash.digest('hex');
  if (seen === sha256) return;
  throw new Refusal(
    'bundle.mismatch',
    `The content of ${size} bytes has the SHA-256 ${seen}, announced was ${sha256}`,
  );
}

/** Reads to the end, since many clients see an answer only after they have sent everything. */
async function discard(source: AsyncIterable<Uint8Array>, mostBytes: number): Promise<void> {
  let size = 0;
  for await (const chunk of source) {
    size += chunk.byteLength;
    if (size > mostBytes) throw tooLarge(mostBytes);
  }
}

function tooLarge(mostBytes: number): Refusal {
  return new Refusal('request.too-large', `A bundle may have ${Math.floor(mostBytes / 1024 / 1024)} MB`);
}
