import { createHash, randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleKey } from '../../../src/shared/blobs/blobs.js';
import { openBlobs } from '../../../src/shared/blobs/open.js';
import { ADMIN_TOKEN, useApi } from '../../support/api.js';

const api = useApi();
beforeAll(async () => {
  await api.start();
  await api.call().put('/v1/services/shop-api').send({});
});
afterAll(() => api.stop());

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const upload = (bytes: Buffer, hash = sha256(bytes), type = 'application/zip') =>
  api.call().put(`/v1/services/shop-api/bundles/${hash}`).set('content-type', type).send(bytes);
const blobs = () => openBlobs({ place: path.join(api.folder, 'blobs'), s3PathStyle: false });

describe('a bundle', () => {
  test('is stored as it was sent, and is where workers look for it', async () => {
    const bytes = randomBytes(3 * 1024 * 1024);

    const answer = await upload(bytes);

    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({ service: 'shop-api', sha256: sha256(bytes), size: bytes.length });
    const stored = await (await blobs()).get(bundleKey('shop-api', sha256(bytes)));
    expect(stored?.size).toBe(bytes.length);
    expect(sha256(Buffer.concat(await (stored?.stream ?? failed()).toArray()))).toBe(sha256(bytes));
  });

  test('that is there already is not stored again', async () => {
    const bytes = randomBytes(100_000);
    await upload(bytes);

    const again = await upload(bytes);

    expect([again.status, again.body.size]).toEqual([200, bytes.length]);
  });

  test('with other content than announced is refused, and nothing is kept', async () => {
    const announced = sha256(Buffer.from('something else'));

    const answer = await upload(randomBytes(500_000), announced);

    expect([answer.status, answer.body.code]).toEqual([422, 'bundle.mismatch']);
    expect(await (await blobs()).size(bundleKey('shop-api', announced))).toBeUndefined();
    expect(await unfinished()).toEqual([]);
  });

  test('whose upload breaks off leaves nothing behind', async () => {
    const hash = 'a'.repeat(64);
    const port = Number(new URL(api.url).port);
    const socket = connect(port, '127.0.0.1');
    socket.write(
      `PUT /v1/services/shop-api/bundles/${hash} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${ADMIN_TOKEN}\r\n` +
        `content-type: application/zip\r\ncontent-length: 100000\r\n\r\n${'x'.repeat(1_000)}`,
    );
    await expect.poll(unfinished).toHaveLength(1);

    socket.destroy();

    await expect.poll(unfinished).toEqual([]);
    expect(await (await blobs()).size(bundleKey('shop-api', hash))).toBeUndefined();
  });

  test.each([
    ['of an unknown service', '/v1/services/nobody/bundles/', 'application/zip', 404],
    ['of another type', '/v1/services/shop-api/bundles/', 'text/html', 415],
  ])('%s is refused', async (_, prefix, type, status) => {
    const answer = await api
      .call()
      .put(prefix + 'b'.repeat(64))
      .set('content-type', type)
      .send(Buffer.from('x'));

    expect(answer.status).toBe(status);
  });

  test('with a hash that leaves the store is refused', async () => {
    const answer = await upload(Buffer.from('x'), '..%2f..%2fetc');

    expect(answer.status).toBe(422);
  });

  test('above the limit is refused before it is read', async () => {
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
      socket.once('data', (head) => {
        resolve(head.toString());
        socket.destroy();
      });
      socket.write(
        `PUT /v1/services/shop-api/bundles/${'c'.repeat(64)} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${ADMIN_TOKEN}\r\n` +
          `content-type: application/zip\r\ncontent-length: 900000000\r\n\r\n`,
      );
    });

    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });
});

async function unfinished(): Promise<string[]> {
  return readdir(path.join(api.folder, 'blobs', 'unfinished'));
}

function failed(): never {
  throw new Error('The bundle is not there');
}
