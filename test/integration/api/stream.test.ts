import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { DeploymentView } from '../../../src/shared/contract/deployment-view.js';
import type { JournalLine } from '../../../src/shared/contract/journal-page.js';
import { ADMIN_TOKEN, ARTIFACT, useApi } from '../../support/api.js';
import { openEventStream, type WireEvent } from '../../support/event-stream.js';
import { createHandWorker } from '../../support/hand-worker.js';

const AUTH = { authorization: `Bearer ${ADMIN_TOKEN}` };

const api = useApi();
let worker: ReturnType<typeof createHandWorker>;
let service = '';
let count = 0;

beforeAll(async () => {
  await api.start();
  worker = createHandWorker(api.redis);
});
afterAll(() => api.stop());
beforeEach(async () => {
  count += 1;
  service = `service-${count}`;
  await api.configure(service);
});

async function deploy(version = '118'): Promise<string> {
  const request = { service, environment: 'staging', version, artifact: ARTIFACT };
  return (await api.call().post('/v1/deployments').send(request)).body.id;
}

const open = (query = '', headers: Readonly<Record<string, string>> = {}) =>
  openEventStream(`${api.url}/v1/events${query}`, { ...AUTH, ...headers });

type EventStream = Awaited<ReturnType<typeof open>>;

/** Reads on until an event fits. */
async function until(stream: EventStream, fits: (event: WireEvent) => boolean): Promise<WireEvent> {
  for (;;) {
    const event = await stream.next();
    if (!event) throw new Error('The stream ended before');
    if (fits(event)) return event;
  }
}

const isState = (state: string) => (event: WireEvent) =>
  event.event === 'deployment' && (event.data as DeploymentView).state === state;
const textsOf = (event: WireEvent) => (event.data as { lines: JournalLine[] }).lines.map(({ text }) => text);

describe('the stream of everything', () => {
  test('begins with a reset, and tells of every deployment that changes as it is now', async () => {
    const stream = await open();
    expect(await stream.next()).toEqual({ event: 'reset', data: {} });

    const id = await deploy();
    const accepted = await until(stream, isState('queued'));
    await worker.succeed(id);
    const ended = await until(stream, isState('succeeded'));

    expect(accepted.data).toMatchObject({ id, service, queue: { ahead: 0 }, terminal: false });
    expect(ended.data).toMatchObject({ id, terminal: true });
    stream.close();
  });

  test('tells of those that line up and of those that are held, too', async () => {
    const first = await deploy();
    await worker.say(first, 'working');
    const stream = await open();
    await stream.next();

    const second = await deploy('119');
    const lined = await until(stream, isState('queued'));
    const body = { service, environment: 'staging', version: '120', artifact: ARTIFACT };
    const notBefore = new Date(Date.now() + 3_600_000).toISOString();
    await api
      .call()
      .post('/v1/deployments')
      .send({ ...body, notBefore });

    expect(lined.data).toMatchObject({ id: second, queue: { ahead: 1 } });
    expect((await until(stream, isState('held'))).data).toMatchObject({ version: '120' });
    stream.close();
  });

  test('brings the log that was asked for besides, and goes on after the line that the reader had', async () => {
    const id = await deploy();
    await worker.say(id, 'one', 'two');
    const stream = await open(`?log=${id}&after=0`);
    const seen: string[] = [];
    while (!seen.includes('two'))
      seen.push(...textsOf(await until(stream, ({ event }) => event === 'lines')));
    await worker.say(id, 'three');
    const third = await until(stream, ({ event }) => event === 'lines');
    expect(textsOf(third)).toEqual(['three']);
    stream.close();

    await worker.say(id, 'four');
    const again = await open(`?log=${id}&after=0`, { 'last-event-id': third.id ?? '' });
    const fourth = await until(again, ({ event }) => event === 'lines');
    await worker.succeed(id);
    const end = await until(again, ({ event }) => event === 'end');

    expect(textsOf(fourth)).toEqual(['four']);
    expect(end.data).toEqual({ deployment: id, state: 'succeeded' });
    again.close();
  });

  test('tells callers of nothing that they may not view', async () => {
    const rules = [{ effect: 'allow', verbs: ['view'], service: 'another', environment: '*' }];
    const { body } = await api.call().post('/v1/tokens').send({ name: 'narrow', rules });
    const id = await deploy();
    const narrow = await open('', { authorization: `Bearer ${body.token}` });
    const wide = await open();
    await Promise.all([narrow.next(), wide.next()]);

    await worker.succeed(id);
    await until(wide, isState('succeeded'));
    await api.configure('another');
    const request = { service: 'another', environment: 'staging', version: '1', artifact: ARTIFACT };
    await api.call().post('/v1/deployments').send(request);

    const told = await until(narrow, ({ event }) => event === 'deployment');
    expect(told.data).toMatchObject({ service: 'another' });
    const log = await open(`?log=${id}`, { authorization: `Bearer ${body.token}` });
    expect(log.answer.status).toBe(403);
    for (const stream of [narrow, wide, log]) stream.close();
  });

  test('of a log that does not exist is refused', async () => {
    const stream = await open('?log=01kaqv9zc3h8m2x6y7w4t5r0pn');

    expect(stream.answer.status).toBe(404);
    stream.close();
  });
});

describe('a page of the log', () => {
  test('is the end of it when the tail is asked for, and says how long the whole is', async () => {
    const id = await deploy();
    await worker.say(id, ...Array.from({ length: 50 }, (_, index) => `line ${index}`));

    const { body } = await api.call().get(`/v1/deployments/${id}/logs?tail=2`);
    const short = await api.call().get(`/v1/deployments/${id}/logs?tail=10000`);

    expect(body.lines.map(({ text }) => text)).toEqual(['line 48', 'line 49']);
    expect(body).toMatchObject({ length: body.next, complete: false });
    expect(short.body.lines[0]?.n).toBe(1);
  });

  test('has only the lines with a text, in whatever case, and says where to go on', async () => {
    const id = await deploy();
    const noise = Array.from({ length: 25_000 }, (_, index) => `noise ${index}`);
    await worker.say(id, 'Error: first', ...noise, 'second ERROR');

    const first = await api.call().get(`/v1/deployments/${id}/logs?q=error`);
    const rest = await api.call().get(`/v1/deployments/${id}/logs?q=error&after=${first.body.next}`);

    expect(first.body.lines.map(({ text }) => text)).toEqual(['Error: first']);
    expect(first.body.next).toBeLessThan(first.body.length);
    expect(rest.body.lines.map(({ text }) => text)).toEqual(['second ERROR']);
    expect(rest.body.next).toBe(rest.body.length);
  });
});
