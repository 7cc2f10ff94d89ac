import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ADMIN_TOKEN, ARTIFACT, useApi } from '../../support/api.js';
import { anyText, pointersOf } from '../../support/caller.js';

const api = useApi();
beforeAll(async () => {
  await api.start();
  await api.configure();
});
afterAll(() => api.stop());

const GOOD = { service: 'shop-api', environment: 'staging', version: '118', artifact: ARTIFACT };
const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

interface Case {
  readonly what: string;
  readonly body: string | object;
  readonly status: number;
  readonly code: string;
  readonly pointers?: readonly string[];
  readonly type?: string;
}

const cases: readonly Case[] = [
  {
    what: 'unknown keys, all of them',
    body: { ...GOOD, colour: 'red', artifact: { ...ARTIFACT, size: 1 } },
    status: 422,
    code: 'request.invalid',
    pointers: ['/artifact/size', '/colour'],
  },
  {
    what: 'wrong types and missing values, all of them',
    body: { service: 7, environment: 'STAGING', artifact: { type: 's3', bucket: 'b' }, onBusy: 'wait' },
    status: 422,
    code: 'request.invalid',
    pointers: ['/artifact/bucket', '/artifact/key', '/environment', '/onBusy', '/service', '/version'],
  },
  { what: 'a body that is a list', body: '[1]', status: 422, code: 'request.invalid', pointers: [''] },
  { what: 'a body that is null', body: 'null', status: 422, code: 'request.invalid', pointers: [''] },
  {
    what: 'an artifact of an unknown type',
    body: { ...GOOD, artifact: { type: 'floppy' } },
    status: 422,
    code: 'request.invalid',
    pointers: ['/artifact/type'],
  },
  {
    what: 'keys that reach for the prototype, beside the other violations',
    body: `{"service":"shop-api","environment":"staging","version":"1","artifact":{"constructor":{},"type":"image","image":"a/b:1"},"__proto__":{"admin":true},"colour":1}`,
    status: 422,
    code: 'request.invalid',
    pointers: ['/__proto__', '/artifact/constructor', '/colour'],
  },
  {
    what: 'a prototype key that is written with escapes',
    body: `{"service":"shop-api","environment":"staging","version":"1","\\u005f_proto__":{}}`,
    status: 422,
    code: 'request.invalid',
    pointers: ['/__proto__'],
  },
  { what: 'bad JSON', body: '{"service": "shop-api",}', status: 400, code: 'request.malformed' },
  { what: 'JSON that ends too early', body: '{"service"', status: 400, code: 'request.malformed' },
  { what: 'an empty body', body: '', status: 400, code: 'request.malformed' },
  {
    what: 'a body of another type',
    body: 'service=shop-api',
    type: 'application/x-www-form-urlencoded',
    status: 415,
    code: 'request.media-type',
  },
  {
    what: 'an oversized body',
    body: JSON.stringify({ ...GOOD, message: 'x'.repeat(300 * 1024) }),
    status: 413,
    code: 'request.too-large',
  },
  { what: 'a body that nests 33 levels deep', body: deep(33), status: 422, code: 'request.too-deep' },
  {
    what: 'a body that nests 100 000 levels deep',
    body: deep(100_000),
    status: 422,
    code: 'request.too-deep',
  },
  {
    what: 'a body of too many values',
    body: `[${Array.from({ length: 5_001 }, () => '0').join(',')}]`,
    status: 422,
    code: 'request.too-deep',
  },
  {
    what: 'an unknown target',
    body: { ...GOOD, environment: 'moon' },
    status: 404,
    code: 'target.unknown',
  },
  {
    what: 'a version that is not registered, without an artifact',
    body: { service: 'shop-api', environment: 'staging', version: '1' },
    status: 422,
    code: 'version.unregistered',
    pointers: ['/artifact'],
  },
];

describe('POST /v1/deployments refuses', () => {
  test.each(cases)('$what with $status $code; nothing is stored and nothing enqueued', async (bad) => {
    const before = await contents();

    const text = typeof bad.body === 'string' ? bad.body : JSON.stringify(bad.body);
    const answer = await api
      .call()
      .post('/v1/deployments')
      .set('content-type', bad.type ?? 'application/json')
      .set('idempotency-key', 'bad-request')
      .send(text);

    expect([answer.status, answer.body.code]).toEqual([bad.status, bad.code]);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.body).toMatchObject({
      type: `/docs/problems/${bad.code}`,
      title: anyText,
      detail: anyText,
      requestId: answer.headers['x-request-id'],
    });
    expect(pointersOf(answer)).toEqual(bad.pointers ?? []);
    expect(await contents()).toEqual(before);
  });

  test('a body that is not UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from('{"service":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]);

    const answer = await fetch(`${api.url}/v1/deployments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${ADMIN_TOKEN}` },
      body: bytes,
    });

    expect(answer.status).toBe(400);
  });

  test.each(['', 'ü', 'x'.repeat(256)])('the idempotency key %j', async (key) => {
    const before = await contents();

    const answer = await withRawHeader(key);

    expect(answer).toBe(422);
    expect(await contents()).toEqual(before);
  });
});

describe('other addresses', () => {
  test('without a route answer 404, with another method 405 and the ones there are', async () => {
    const nowhere = await api.call().get('/v1/nowhere');
    const method = await api.call().patch('/v1/deployments').send({});

    expect([nowhere.status, nowhere.body.code]).toEqual([404, 'route.unknown']);
    expect([method.status, method.headers['allow']]).toEqual([405, 'POST, GET, HEAD']);
  });

  test.each([
    ['/v1/deployments?limit=0', '/query/limit'],
    ['/v1/deployments?limit=ten', '/query/limit'],
    ['/v1/deployments?state=done', '/query/state/0'],
    ['/v1/deployments?colour=red', '/query/colour'],
    ['/v1/deployments?service=a&service=b', '/query/service'],
    ['/v1/deployments?cursor=***', '/query/cursor'],
    ['/v1/services/UPPER', '/path/service'],
  ])('%s is refused with a pointer', async (path, pointer) => {
    const answer = await api.call().get(path);

    expect(answer.status).toBe(422);
    expect(pointersOf(answer)).toContain(pointer);
  });

  test.each([
    '/v1/deployments/nope',
    '/v1/deployments/01kaqv9zc3h8m2x6y7w4t5r0pn',
    '/v1/deployments/..%2f..%2fx',
  ])('%s is an unknown deployment', async (path) => {
    for (const suffix of ['', '/outcome', '/logs', '/events']) {
      const answer = await api.call().get(path + suffix);
      expect([answer.status, answer.body.code]).toEqual([404, 'deployment.unknown']);
    }
    expect((await api.call().post(`${path}/cancel`)).status).toBe(404);
  });

  test('broken percent-encoding is a bad request, not a crash', async () => {
    const answer = await api.call().get('/v1/services/%E0%A4%A');

    expect([answer.status, answer.body.code]).toEqual([400, 'request.malformed']);
  });

  test('answers carry no-store, nosniff and no trace of the software behind', async () => {
    const answer = await api.call().get('/v1/services').set('x-request-id', 'from-the-caller-1');

    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-request-id': 'from-the-caller-1',
    });
    expect(answer.headers).not.toHaveProperty('x-powered-by');
  });

  test('a request id that could break a log line is replaced', async () => {
    const answer = await api.call().get('/v1/services').set('x-request-id', 'a b');

    expect(answer.headers['x-request-id']).not.toBe('a b');
  });
});

/** Every key with its type and size, so that any write shows; queues of BullMQ included. The audit log alone may tell of a refusal. */
async function contents(): Promise<string[]> {
  const keys = (await api.redis.keys()).filter((key) => !key.endsWith('}:audit'));
  const sizes = await Promise.all(keys.map((key) => api.redis.client.dump(key)));
  return keys.map((key, index) => `${key} ${sizes[index]?.length ?? 0}`);
}

function withRawHeader(key: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      `${api.url}/v1/deployments`,
      {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${ADMIN_TOKEN}`,
          'idempotency-key': key,
        },
      },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    );
    request.on('error', reject);
    request.end(JSON.stringify(GOOD));
  });
}
