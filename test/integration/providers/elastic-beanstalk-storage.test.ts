import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createStorage, type Storage } from '../../../src/providers/elastic-beanstalk/storage.js';
import { pointSdkTo } from '../../support/aws.js';

/** An S3 endpoint in which the bucket `far` lies in eu-west-1; it answers what the simulator does not know. */
interface FarAway {
  readonly storage: Storage;
  /** Copy sources that were asked for. */
  readonly copied: string[];
  close(): Promise<void>;
}

let far: FarAway;
afterEach(() => far.close());

const { signal } = new AbortController();

describe('the storage of bundles', () => {
  it('finds an object of another region and says that it is one', async () => {
    far = await startFarAway();

    const found = await far.storage.head({ bucket: 'far', key: 'shop/118.zip' }, signal);

    expect(found).toEqual({
      is: 'found',
      object: { size: 42, etag: 'abc', versionId: 'v-7', inRegion: false },
    });
  });

  it('copies one version of an object', async () => {
    far = await startFarAway();
    const from = { bucket: 'far', key: 'shop/a b.zip', versionId: 'v+6' };

    await far.storage.copy(from, { bucket: 'near', key: 'shop/copy.zip' }, signal);

    expect(far.copied).toEqual(['far/shop/a%20b.zip?versionId=v%2B6']);
  });

  it('tells a hidden object from an absent one', async () => {
    far = await startFarAway();

    expect(await far.storage.head({ bucket: 'near', key: 'hidden' }, signal)).toEqual({ is: 'hidden' });
    expect(await far.storage.head({ bucket: 'near', key: 'absent' }, signal)).toEqual({ is: 'absent' });
  });
});

async function startFarAway(): Promise<FarAway> {
  const copied: string[] = [];
  const server = createServer((request, response) => {
    if (request.method === 'PUT') {
      copied.push(String(request.headers['x-amz-copy-source']));
      response.end('<CopyObjectResult><ETag>"abc"</ETag></CopyObjectResult>');
    } else {
      answerHead(request, response);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  pointSdkTo(`http://127.0.0.1:${port}`);
  return {
    storage: createStorage({ region: 'us-east-1', pathStyle: true }),
    copied,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answerHead(request: IncomingMessage, response: ServerResponse): void {
  const path = request.url ?? '';
  if (path.startsWith('/near/')) {
    response.writeHead(path === '/near/hidden' ? 403 : 404).end();
  } else if (request.headers.authorization?.includes('/eu-west-1/s3/') === true) {
    response.writeHead(200, { 'content-length': '42', etag: '"abc"', 'x-amz-version-id': 'v-7' }).end();
  } else {
    response.writeHead(301, { 'x-amz-bucket-region': 'eu-west-1' }).end();
  }
}
