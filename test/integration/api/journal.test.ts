import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JournalLine } from '../../../src/shared/contract/journal-page.js';
import { ADMIN_TOKEN, ARTIFACT, useApi } from '../../support/api.js';
import type { Answer, Body } from '../../support/caller.js';
import { openEventStream, type WireEvent } from '../../support/event-stream.js';
import { createHandWorker } from '../../support/hand-worker.js';
import { startRedisServer, type RedisServer } from '../../support/redis.js';

const AUTH = { authorization: `Bearer ${ADMIN_TOKEN}` };

// A Redis of its own, since one test counts the commands that Redis has seen.
const shared = process.env['REDIS_URL'];
const api = useApi();
let server: RedisServer;
let worker: ReturnType<typeof createHandWorker>;
beforeAll(async () => {
  server = await startRedisServer();
  process.env['REDIS_URL'] = server.url;
  await api.start();
  worker = createHandWorker(api.redis);
});
afterAll(async () => {
  await api.stop();
  await server.stop();
  if (shared !== undefined) process.env['REDIS_URL'] = shared;
});

let services = 0;
async function deploy(...texts: readonly string[]): Promise<string> {
  services += 1;
  const service = `service-${services}`;
  await api.configure(service);
  const request = { service, environment: 'staging', version: '118', artifact: ARTIFACT };
  const { body } = await api.call().post('/v1/deployments').send(request);
  if (texts.length > 0) await worker.say(body.id, ...texts);
  return body.id;
}

const logs = (id: string, query = '') => api.call().get(`/v1/deployments/${id}/logs${query}`);
const numbers = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}`);
const cursorOf = (answer: Answer) => [answer.headers['x-log-next'], answer.headers['x-log-complete']];

describe('the log', () => {
  test('as JSON is a page with the cursor for the next, without gaps or repetitions', async () => {
    const id = await deploy(...numbers(40));

    const seen: JournalLine[] = [];
    let page: Pick<Body, 'lines' | 'next' | 'complete'> = { lines: [], next: 0, complete: false };
    do {
      page = (await logs(id, `?after=${page.next}&limit=7`)).body;
      seen.push(...page.lines);
    } while (page.lines.length > 0);

    expect(seen.map(({ n }) => n)).toEqual(seen.map((_, index) => index + 1));
    expect(seen.filter(({ kind }) => kind === 'log').map(({ text }) => text)).toEqual(numbers(40));
    expect(seen[0]).toMatchObject({ kind: 'event', code: 'deployment.accepted', data: { version: '118' } });
    expect(page.complete).toBe(false);
  });

  test('is complete once the deployment has ended and every line was read', async () => {
    const id = await deploy('one');
    await worker.succeed(id);
    const whole = await logs(id);

    const part = await logs(id, '?limit=1');
    const rest = await logs(id, '?after=1');

    expect(whole.body.complete).toBe(true);
    expect(cursorOf(part)).toEqual(['1', 'false']);
    expect(cursorOf(rest)).toEqual([String(whole.body.next), 'true']);
  });

  test('as NDJSON has one line of JSON each and the cursor in the headers', async () => {
    const id = await deploy('one', 'two');

    const answer = await logs(id).set('accept', 'application/x-ndjson').buffer(true);

    const lines = answer.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as JournalLine);
    expect(lines.filter(({ kind }) => kind === 'log').map(({ text }) => text)).toEqual(['one', 'two']);
    expect(cursorOf(answer)).toEqual([String(lines.at(-1)?.n), 'false']);
  });

  test('as text is whole, one line each, with time and step', async () => {
    const id = await deploy(...numbers(2_500));
    await worker.succeed(id);

    const answer = await logs(id).set('accept', 'text/plain').buffer(true);

    const lines = answer.text.split('\n');
    expect(lines.filter((line) => /^\d\d:\d\d:\d\d\.\d{3} \[switch\] line \d+$/.test(line))).toHaveLength(
      2_500,
    );
    expect(answer.text).toContain('accepted from admin\n');
    expect(cursorOf(answer)[1]).toBe('true');
  });

  test('has its colours as JSON and none as text, and is searched by what is seen', async () => {
    const coloured = '\u001b[31mtime\u001b[1mout\u001b[0m reached';
    const id = await deploy('before', coloured);

    const found = await logs(id, '?q=TIMEOUT');
    const text = await logs(id).set('accept', 'text/plain').buffer(true);

    expect(found.body.lines.map((line: JournalLine) => line.text)).toEqual([coloured]);
    expect(text.text).toContain('[switch] timeout reached\n');
    expect(text.text).not.toContain('\u001b');
    expect((await logs(id, '?q=31m')).body.lines).toEqual([]);
  });

  test('as text after a line has only what follows', async () => {
    const id = await deploy('one', 'two');
    const { body } = await logs(id);

    const answer = await logs(id, `?after=${body.next - 1}`)
      .set('accept', 'text/plain')
      .buffer(true);

    expect(answer.text).toMatch(/^\S+ \[switch\] two\n$/);
  });

  test('cannot be had as a picture', async () => {
    const id = await deploy();

    const answer = await logs(id).set('accept', 'image/png');

    expect([answer.status, answer.body.code]).toEqual([406, 'request.not-acceptable']);
  });
});

describe('the events', () => {
  test('are the coded lines alone, under the same line numbers', async () => {
    const id = await deploy(...numbers(30));
    await worker.succeed(id);

    const all = (await logs(id)).body;
    const events = (await api.call().get(`/v1/deployments/${id}/events`)).body;

    expect(events.lines).toEqual(all.lines.filter(({ kind }) => kind === 'event'));
    expect(events.complete).toBe(true);
  });

  test('come in pages that skip what is no event', async () => {
    const id = await deploy(...numbers(30));
    const first = (await api.call().get(`/v1/deployments/${id}/events?limit=2`)).body;

    const second = (await api.call().get(`/v1/deployments/${id}/events?after=${first.next}`)).body;

    expect(first.lines).toHaveLength(2);
    expect(second.lines.map(({ code }) => code)).toEqual(['deployment.claimed']);
  });
});

describe('the live log', () => {
  const live = (id: string, headers: Record<string, string> = {}, name = 'logs') =>
    openEventStream(`${api.url}/v1/deployments/${id}/${name}`, { ...AUTH, ...headers });
  const textOf = ({ data }: WireEvent) => (data as JournalLine).text;

  test('gives what there is, then each line as it comes, and ends with an event end', async () => {
    const id = await deploy('before');
    const stream = await live(id);
    let event = await stream.next();
    while (event && textOf(event) !== 'before') event = await stream.next();

    await worker.say(id, 'during');
    const during = await stream.next();
    await worker.succeed(id);
    const last = await stream.until('end');

    expect(during).toMatchObject({ event: 'log', data: { text: 'during', step: 'switch' } });
    expect(last.at(-1)).toMatchObject({ event: 'end', data: { state: 'succeeded' } });
    expect(await stream.next()).toBeUndefined();
  });

  test('continues after the Last-Event-ID', async () => {
    const id = await deploy('one', 'two', 'three');
    await worker.succeed(id);
    const all = await (await live(id)).until('end');
    const two = all.find((event) => event.event === 'log' && textOf(event) === 'two');

    const rest = await (await live(id, { 'last-event-id': two?.id ?? '' })).until('end');

    expect(rest).toEqual(all.slice(all.indexOf(two ?? rest[0] ?? { event: '', data: '' }) + 1));
    expect(rest.map((event) => event.event)).toContain('end');
  });

  test('of events leaves the other lines out', async () => {
    const id = await deploy('one', 'two');
    await worker.succeed(id);

    const events = await (await live(id, {}, 'events')).until('end');

    expect(new Set(events.map(({ event }) => event))).toEqual(new Set(['event', 'end']));
  });

  test('gives readers who came at different times the same lines', async () => {
    const id = await deploy(...numbers(1_500));
    const early = await live(id);
    const late = live(id);
    await worker.say(id, 'x', 'y');
    await worker.say(id, 'z');
    await worker.succeed(id);

    const [one, other] = await Promise.all([early.until('end'), late.then((stream) => stream.until('end'))]);

    expect(one).toEqual(other);
    expect(one.slice(0, -1).map(({ id: n }) => Number(n))).toEqual(
      one.slice(0, -1).map((_, index) => index + 1),
    );
  });

  test('costs Redis the same for 100 readers as for one', async () => {
    const id = await deploy('before');
    const streams = await Promise.all(Array.from({ length: 100 }, () => live(id)));
    for (const stream of streams) {
      let event = await stream.next();
      while (event && textOf(event) !== 'before') event = await stream.next();
    }
    const before = await rangeReads();

    for (const text of ['a', 'b', 'c']) {
      await worker.say(id, text);
      await Promise.all(
        streams.map(async (stream) => {
          expect(textOf((await stream.next()) ?? { event: '', data: { text: 'ended' } })).toBe(text);
        }),
      );
    }

    // Three wakes, and as many looks without a ring as a slow machine may take.
    expect((await rangeReads()) - before).toBeLessThan(50);
    for (const stream of streams) stream.close();
  });

  test('sends a reader away who does not read, with the cursor to come back with', async () => {
    const id = await deploy('before');
    const stream = await live(id);
    await stream.next();

    // Nobody reads meanwhile: what neither the kernel nor this client takes is left in the server.
    const long = 'x'.repeat(16_000);
    for (let round = 0; round < 40; round += 1)
      await worker.say(id, ...Array.from({ length: 50 }, () => long));

    const seen = await stream.until('gap');
    const gap = seen.at(-1);
    expect(gap?.event).toBe('gap');
    const { after } = (gap?.data ?? { after: Infinity }) as { after: number };
    expect(Number(seen.findLast(({ event }) => event === 'log')?.id)).toBeGreaterThanOrEqual(after);
    expect(await stream.next()).toBeUndefined();
  });

  test('of a process that shuts down says where to go on', async () => {
    const id = await deploy('before');
    const other = await api.startAnother();
    const stream = await openEventStream(`${other.url}/v1/deployments/${id}/logs`, AUTH);
    let event = await stream.next();
    while (event && textOf(event) !== 'before') event = await stream.next();

    const closed = other.close();

    expect(await stream.next()).toEqual({ event: 'reconnect', data: { after: Number(event?.id) } });
    expect(await stream.next()).toBeUndefined();
    await closed;
  });
});

async function rangeReads(): Promise<number> {
  const stats = await api.redis.client.info('commandstats');
  return Number(/cmdstat_xrange:calls=(\d+)/.exec(stats)?.[1] ?? 0);
}
