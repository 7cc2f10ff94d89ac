import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Check } from '../../../src/shared/contract/policy.js';
import { createAddressGuard } from '../../../src/workers/checks/address-guard.js';
import { createCheckSeries } from '../../../src/workers/checks/check-series.js';

let server: Server;
let base: string;
const hits: string[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    hits.push(request.url ?? '');
    if (request.url === '/slow') return;
    if (request.url === '/moved') response.writeHead(302, { location: '/ok' }).end();
    else if (request.url === '/bad') response.writeHead(500).end('oops');
    else if (request.url === '/headers') response.end(JSON.stringify(request.headers));
    else if (request.url === '/big') response.end('x'.repeat(1_000_000));
    else response.end('version v2 is up');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const lenient = createAddressGuard(['127.0.0.0/8', '::1/128']);

async function rounds(
  check: Check,
  count = 1,
  guard = lenient,
  elapsedMs = 60_000,
  to: string | undefined = base,
) {
  const said: string[] = [];
  const series = createCheckSeries({ checks: [check], version: 'v2', guard, say: (line) => said.push(line) });
  let outcome;
  for (let round = 0; round < count; round += 1)
    outcome = await series({ base: to, elapsedMs, signal: new AbortController().signal });
  return { outcome, said };
}

describe('an HTTP check', () => {
  it('passes on the expected status and text', async () => {
    expect((await rounds({ type: 'http', url: '/ok', bodyIncludes: 'version {version}' })).outcome).toEqual({
      said: 'done',
    });
  });

  it('fails after three bad answers in a row and says what it saw', async () => {
    const { outcome, said } = await rounds({ type: 'http', url: '/bad' }, 3);

    expect(outcome).toMatchObject({ said: 'failed', failure: { code: 'check.failed' } });
    expect(said).toEqual(Array(3).fill('GET /bad: answered 500, expected 200'));
  });

  it('does not count failures within the grace after the start', async () => {
    expect(
      (await rounds({ type: 'http', url: '/bad', graceMs: 30_000 }, 5, lenient, 10_000)).outcome,
    ).toMatchObject({ said: 'wait' });
  });

  it('sends its headers, and fails on one that no header can hold without showing it', async () => {
    const url = '/headers';
    const sent = { authorization: 'Basic c2VzYW1l', 'x-tenant': 'shop' };
    const wanted = '"authorization":"Basic c2VzYW1l","x-tenant":"shop"';

    expect((await rounds({ type: 'http', url, headers: sent, bodyIncludes: wanted })).outcome).toEqual({
      said: 'done',
    });
    const { said } = await rounds({ type: 'http', url, headers: { authorization: 'two\nlines' } });
    expect(said.join()).toContain('Invalid character in header content');
    expect(said.join()).not.toContain('lines');
  });

  it('does not follow redirects', async () => {
    expect((await rounds({ type: 'http', url: '/moved' })).said).toEqual([
      'GET /moved: answered 302, expected 200',
    ]);
  });

  it('gives up on an answer that does not come', async () => {
    expect((await rounds({ type: 'http', url: '/slow', timeoutMs: 100, failures: 1 })).outcome).toMatchObject(
      { said: 'failed' },
    );
  });

  it('reads no more than it needs of a large answer', async () => {
    expect((await rounds({ type: 'http', url: '/big' })).outcome).toEqual({ said: 'done' });
  });

  it('fails at once when the text is that of another version', async () => {
    expect(
      (await rounds({ type: 'http', url: '/ok', bodyIncludes: 'v3', failures: 1 })).outcome,
    ).toMatchObject({ said: 'failed' });
  });

  it.each([
    'http://localhost:1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://[::ffff:127.0.0.1]/',
    'file:///etc/passwd',
    'http://user:pw@example.com/',
  ])('never calls %s', async (url) => {
    const strict = createAddressGuard([]);
    const { outcome } = await rounds({ type: 'http', url }, 1, strict);

    expect(outcome).toMatchObject({ said: 'failed', failure: { code: 'check.forbidden' } });
  });

  it('says what is missing when the platform names no address', async () => {
    const series = createCheckSeries({
      checks: [{ type: 'http', url: '/ok' }],
      version: 'v2',
      guard: lenient,
      say: () => undefined,
    });

    expect(
      await series({ base: undefined, elapsedMs: 0, signal: new AbortController().signal }),
    ).toMatchObject({ said: 'failed', failure: { code: 'check.forbidden' } });
  });
});

describe('a TCP check', () => {
  it('passes when the port accepts and fails when it does not', async () => {
    const port = (server.address() as AddressInfo).port;

    expect((await rounds({ type: 'tcp', host: '127.0.0.1', port })).outcome).toEqual({ said: 'done' });
    expect((await rounds({ type: 'tcp', host: '127.0.0.1', port: 1, failures: 1 })).outcome).toMatchObject({
      said: 'failed',
    });
    expect(
      (await rounds({ type: 'tcp', host: '127.0.0.1', port }, 1, createAddressGuard([]))).outcome,
    ).toMatchObject({ failure: { code: 'check.forbidden' } });
  });
});
