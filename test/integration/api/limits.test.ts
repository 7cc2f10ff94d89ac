import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useApi } from '../../support/api.js';

const api = useApi();
beforeAll(() => api.start());
afterAll(() => api.stop());

/** A connection without a client library, which would never send these things. */
async function open(url = api.url): Promise<{ socket: Socket; answer: Promise<string> }> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  socket.on('error', () => undefined);
  const answer = new Promise<string>((resolve) => socket.once('close', () => resolve(text)));
  return { socket, answer };
}

async function say(text: string): Promise<string> {
  const { socket, answer } = await open();
  socket.write(text);
  return answer;
}

const statusOf = (answer: string) => /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1];
const HOST = 'host: beanpod\r\n';

describe('connections beyond the limit', () => {
  test('are closed, while those that are there are served, and have their place once one leaves', async () => {
    const other = await api.startAnother({ BEANPOD_CONNECTIONS: '10' });
    const livez = `GET /livez HTTP/1.1\r\n${HOST}\r\n`;
    try {
      const held = await Promise.all(Array.from({ length: 10 }, () => open(other.url)));
      const turnedAway = await Promise.all(Array.from({ length: 30 }, () => open(other.url)));
      expect(await Promise.all(turnedAway.map(({ answer }) => answer))).toEqual(turnedAway.map(() => ''));

      const answers = held.map(({ socket }) => once(socket, 'data').then(String));
      for (const { socket } of held) socket.write(livez);
      expect((await Promise.all(answers)).map(statusOf)).toEqual(held.map(() => '200'));

      held[0]?.socket.destroy();
      await expect
        .poll(async () => {
          const next = await open(other.url);
          next.socket.end(livez.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n'));
          return statusOf(await next.answer);
        })
        .toBe('200');
      for (const { socket } of held) socket.destroy();
    } finally {
      await other.close();
    }
  });
});

describe('a client that is slow', () => {
  test('with its head is cut off, while others are served', async () => {
    const slow = await Promise.all(Array.from({ length: 50 }, () => open()));
    const drip = setInterval(() => slow.forEach(({ socket }) => socket.write('x')), 500);
    for (const { socket } of slow) socket.write(`GET /v1/services HTTP/1.1\r\n${HOST}x-slow: `);

    const others = await api.call().get('/v1/services');
    const answers = await Promise.all(slow.map(({ answer }) => answer));

    clearInterval(drip);
    expect(others.status).toBe(200);
    expect(answers.map(statusOf)).toEqual(Array.from({ length: 50 }, () => '408'));
  });

  test('with its body is answered 408 with a problem, and changes nothing', async () => {
    const { socket, answer } = await open();
    const head = `PUT /v1/services/slow HTTP/1.1\r\n${HOST}authorization: Bearer ${api.token}\r\n`;
    socket.write(
      `${head}content-type: application/json\r\ncontent-length: 20\r\nconnection: close\r\n\r\n{"desc`,
    );
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));

    await expect.poll(() => text, { timeout: 40_000 }).toContain('request.timeout');

    socket.destroy();
    await answer;
    expect(statusOf(text)).toBe('408');
    expect((await api.call().get('/v1/services/slow')).status).toBe(404);
  });
});

describe('a body', () => {
  const put = (body: string) =>
    api.call().put('/v1/services/deep').set('content-type', 'application/json').send(body);

  test.each([
    ['nests deeper than 32 levels', `{"description":${'['.repeat(40)}${']'.repeat(40)}}`],
    ['has more than 5 000 values', `{"description":[${'1,'.repeat(6_000)}1]}`],
    ['nests ninety thousand levels deep', '['.repeat(90_000)],
  ])('that %s is refused before anything looks into it', async (_, body) => {
    const { status, body: problem } = await put(body);

    expect([status, problem.code]).toEqual([422, 'request.too-deep']);
  });

  test('of more than 256 KB is refused', async () => {
    expect((await put(`{"description":"${'x'.repeat(300_000)}"}`)).status).toBe(413);
  });
});

describe('a head', () => {
  test('of more than 16 KB is refused', async () => {
    expect(statusOf(await say(`GET / HTTP/1.1\r\n${HOST}x: ${'a'.repeat(20_000)}\r\n\r\n`))).toBe('431');
  });

  test.each([
    ['says its length twice', 'content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['says two lengths', 'content-length: 3\r\ncontent-length: 4\r\n\r\nabcd'],
    ['folds its lines', 'x: a\r\n b\r\n\r\n'],
    ['has a space before a colon', 'content-length : 3\r\n\r\nabc'],
    ['has a null', 'x: a\u0000b\r\n\r\n'],
  ])('that %s is refused, so that no proxy understands it differently', async (_, rest) => {
    expect(statusOf(await say(`POST /v1/services HTTP/1.1\r\n${HOST}${rest}`))).toBe('400');
  });

  test('without a host is refused', async () => {
    expect(statusOf(await say('GET /livez HTTP/1.1\r\n\r\n'))).toBe('400');
  });
});

describe('an expression that would hang', () => {
  // RE2 is linear in the text, times what is written out here: a text of 10 000 characters would take it a minute.
  const HUGE = '[ab]{1,1000}'.repeat(20);

  test('is no condition of a hook, be it RE2 or in a path', async () => {
    const when = [
      { path: '$.ref', matches: HUGE },
      { path: "$[?match(@.a, '(a+)+')]", matches: 'x' },
    ];
    const hook = { sender: 'github', secrets: ['env:HOOK_SECRET'], when };

    const { status, body } = await api.call().put('/v1/hooks/huge').send(hook);

    expect(status).toBe(422);
    expect(body.errors?.map(({ pointer }) => pointer)).toEqual(
      expect.arrayContaining(['/when/0/matches', '/when/1/path']),
    );
    expect((await api.call().get('/v1/hooks/huge')).status).toBe(404);
  });

  test.each(['include', 'exclude'])('is nothing to %s lines by', async (which) => {
    await api.configure();
    const address = `/v1/targets/shop-api/staging/live/logs?${which}=${encodeURIComponent(HUGE)}`;

    const { status, body } = await api.call().get(address);

    expect([status, body.errors?.[0]?.pointer]).toEqual([422, `/query/${which}`]);
  });
});

describe('what browsers are told', () => {
  test.each(['/docs', '/v1/services', '/nothing-at-all', '/docs/problems'])(
    'with %s is strict',
    async (path) => {
      const { headers } = await api.call().get(path);

      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['content-security-policy']).not.toMatch(/script-src[^;]*unsafe/);
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers['strict-transport-security']).toContain('max-age=31536000');
      expect(headers['cross-origin-resource-policy']).toBe('same-origin');
      expect(headers['x-powered-by']).toBeUndefined();
      expect(headers['access-control-allow-origin']).toBeUndefined();
    },
  );
});
