import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createApiClient } from '../../../src/cli/api-client.js';
import { EXIT } from '../../../src/cli/exit-code.js';
import { followJournal } from '../../../src/cli/follow-journal.js';
import { textWith } from '../../support/caller.js';

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

type Answer = (res: ServerResponse, req: IncomingMessage) => void;

/** A server that answers one request after the other as it is told, the last way from then on. */
async function serve(...answers: readonly Answer[]) {
  const asked: string[] = [];
  server = createServer((req, res) => {
    const after = String(
      req.headers['last-event-id'] ?? new URL(req.url ?? '', 'http://x').searchParams.get('after'),
    );
    asked.push(`${req.headers.accept === 'text/event-stream' ? 'stream' : 'page'} ${after}`);
    answers[Math.min(asked.length, answers.length) - 1]?.(res, req);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const troubles: string[] = [];
  const signal = new AbortController();
  const client = createApiClient({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: () => Promise.resolve('secret'),
    patienceMs: 20_000,
    signal: signal.signal,
    trouble: (what) => troubles.push(what),
  });
  async function follow(): Promise<readonly number[]> {
    const found: number[] = [];
    for await (const { n } of followJournal({ client, id: '1', after: 0, signal: signal.signal }))
      found.push(n);
    return found;
  }
  return { asked, troubles, signal, client, follow };
}

const line = (n: number) => ({
  n,
  at: '2026-11-26T04:00:00.000Z',
  kind: 'log',
  level: 'info',
  text: `line ${n}`,
});
const event = (n: number) => `id: ${n}\nevent: log\ndata: ${JSON.stringify(line(n))}\n\n`;
const end = (next: number) => `event: end\ndata: ${JSON.stringify({ state: 'succeeded', next })}\n\n`;
const stream =
  (text: string): Answer =>
  (res) =>
    res.writeHead(200, { 'content-type': 'text/event-stream' }).end(text);
/** Sends this much and cuts the connection. */
const cut =
  (text: string): Answer =>
  (res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    res.write(text, () => setTimeout(() => res.destroy(), 20));
  };
const page =
  (numbers: readonly number[], complete: boolean): Answer =>
  (res) =>
    res
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ lines: numbers.map(line), next: numbers.at(-1) ?? 0, complete }));
const problem =
  (status: number, code: string, headers: Record<string, string> = {}): Answer =>
  (res) =>
    res
      .writeHead(status, { 'content-type': 'application/problem+json', ...headers })
      .end(JSON.stringify({ type: '', title: code, status, code, requestId: 'r' }));

describe('a journal that is followed', () => {
  test('goes on after the last line when the connection is cut in the middle of one', async () => {
    const half = event(3).slice(0, -20);
    const { follow, asked } = await serve(cut(event(1) + event(2) + half), stream(event(3) + end(3)));

    expect(await follow()).toEqual([1, 2, 3]);
    expect(asked).toEqual(['stream 0', 'stream 2']);
  });

  test('gives a line that is sent twice once', async () => {
    const { follow } = await serve(stream(event(1) + event(1) + event(2) + event(1) + end(2)));

    expect(await follow()).toEqual([1, 2]);
  });

  test('never steps over a hole: it asks again from before it', async () => {
    const { follow, asked } = await serve(
      stream(event(1) + event(4) + end(4)),
      stream(event(2) + event(3) + event(4) + end(4)),
    );

    expect(await follow()).toEqual([1, 2, 3, 4]);
    expect(asked).toEqual(['stream 0', 'stream 1']);
  });

  test('does not believe an end before it has every line', async () => {
    const { follow } = await serve(stream(event(1) + end(2)), stream(event(2) + end(2)));

    expect(await follow()).toEqual([1, 2]);
  });

  test('comes by pages where something in between swallows streams', async () => {
    const { follow, asked } = await serve(stream(''), page([1, 2], false), stream(''), page([3], true));

    expect(await follow()).toEqual([1, 2, 3]);
    expect(asked).toEqual(['stream 0', 'page 0', 'stream 2', 'page 2']);
  });

  test('waits as long as Retry-After says while the API is away, and says so once', async () => {
    const away = problem(503, 'store.unavailable', { 'retry-after': '0' });
    const { follow, troubles } = await serve(away, away, (res) => res.destroy(), stream(event(1) + end(1)));

    expect(await follow()).toEqual([1]);
    expect(troubles[0]).toBe('it answered 503 store.unavailable');
    expect(troubles.at(-1)).toBe('');
  });

  test.each([
    [401, 'token.invalid', EXIT.denied],
    [404, 'deployment.unknown', EXIT.invalid],
  ])('ends at once when the API says no with %i', async (status, code, exit) => {
    const { follow, asked } = await serve(cut(event(1)), problem(status, code));

    await expect(follow()).rejects.toMatchObject({ name: 'Stop', code: exit });
    expect(asked).toHaveLength(2);
  });

  test('ends with the reason of the signal while it waits', async () => {
    const { follow, signal } = await serve((res) => res.writeHead(200).flushHeaders());
    const following = follow();

    signal.abort(new Error('time is up'));

    await expect(following).rejects.toThrow('time is up');
  });
});

describe('a call', () => {
  test('is made again when the answer breaks off', async () => {
    const broken: Answer = (res) => {
      res.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      res.write('{"id":', () => res.destroy());
    };
    const whole: Answer = (res) => res.end('{"id":"1"}');
    const { client } = await serve(broken, whole);

    expect(await client.get('/v1/deployments/1')).toEqual({ id: '1' });
  });

  test('that could do a thing twice is not made again after an answer got lost', async () => {
    const { client, asked } = await serve((res) => res.destroy());

    const call = client.call('/v1/tokens', { method: 'POST', body: {}, again: 'never' });

    await expect(call).rejects.toMatchObject({ code: EXIT.unreachable });
    expect(asked).toHaveLength(1);
  });

  test('does not follow a redirect, and names where it leads', async () => {
    const { client } = await serve((res) =>
      res.writeHead(301, { location: 'https://beanpod.example.com/' }).end(),
    );

    await expect(client.get('/v1/services')).rejects.toThrow('leads to https://beanpod.example.com/');
  });

  test('that is refused since the version was rolled back before says how to insist', async () => {
    const { client } = await serve(problem(409, 'target.held'));

    const call = client.call('/v1/deployments', { method: 'POST', body: {} });

    await expect(call).rejects.toMatchObject({ code: EXIT.blocked, message: textWith('--retry') });
  });

  test('never shows the token', async () => {
    const { client } = await serve(problem(403, 'access.denied'));

    const error: unknown = await client.get('/v1/services').catch((refused: unknown) => refused);

    expect(String(error)).not.toContain('secret');
  });
});
