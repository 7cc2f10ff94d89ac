import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { ExecEnd, ExecTicketView, RecordingView } from '../../../src/shared/contract/live-exec.js';
import { LIVE, startLiveCluster, stampOf, type LiveCluster } from '../../support/live-cluster.js';
import { openShell } from '../../support/shell.js';

let world: LiveCluster;
let pod = '';
beforeAll(async () => {
  world = await startLiveCluster();
  await world.run('shop-api');
  await world.run('other');
  pod = (await world.pods(1))[0]?.name ?? '';
  await allowShells(true);
});
afterAll(() => world.close());

async function allowShells(exec: boolean): Promise<void> {
  await world.api.call().put('/v1/environments/staging').send({ live: { exec } });
}

async function ticketOf(token = world.api.token, body: object = { pod }) {
  const answer = await world.api.call(token).post(`${LIVE}/exec`).send(body);
  expect(answer.status, answer.text).toBe(201);
  return (answer.body as unknown as ExecTicketView).ticket;
}

async function tokenWith(rules: readonly object[]): Promise<{ id: string; token: string }> {
  const made = await world.api.call().post('/v1/tokens').send({ name: 'narrow', rules });
  expect(made.status, made.text).toBe(201);
  return made.body;
}

const shell = (ticket: string, headers: Readonly<Record<string, string>> = {}) =>
  openShell(world.api.url, ticket, { authorization: `Bearer ${world.api.token}`, ...headers });

async function recordings(): Promise<readonly RecordingView[]> {
  const { body } = await world.api.call().get(`${LIVE}/recordings`);
  return (body as unknown as { recordings: RecordingView[] }).recordings;
}

/** What the audit log says of attempts to open a shell. */
async function audited(): Promise<string> {
  return (await world.api.call().get('/v1/audit?limit=200')).text;
}

test('is a terminal with input, output, size and exit code, and is recorded as it was shown', async () => {
  const open = await shell(await ticketOf(world.api.token, { pod, reason: 'Looking' }));
  await open.until('/ # ');
  open.resize(120, 40);
  open.type('echo $COLUMNS\r');
  await open.until('120\r\n');
  open.type('exit 3\r');
  const end = await open.ended;

  expect(end).toEqual({ code: 1000, end: { exitCode: 3, reason: 'The shell ended with 3' } });
  await expect
    .poll(async () => (await recordings())[0])
    .toMatchObject({
      person: 'admin',
      pod,
      container: 'app',
      shell: 'sh',
      exitCode: 3,
      endedAt: expect.any(String) as unknown,
    });
  const { id } = (await recordings())[0] ?? { id: '' };
  const cast = (await world.api.call().get(`${LIVE}/recordings/${id}`).buffer(true)).text.trim().split('\n');
  const [header, ...events] = cast.map((line) => JSON.parse(line) as unknown);
  expect(header).toMatchObject({ version: 2, width: 80, height: 24 });
  const shown = (kind: string) =>
    (events as [number, string, string][]).filter((event) => event[1] === kind).map((event) => event[2]);
  expect(shown('r')).toEqual(['120x40']);
  expect(shown('o').join('')).toContain('echo $COLUMNS\r\n120');
  expect(await audited()).toContain(`sh in ${pod}/app: Looking`);
});

test('carries much output to a reader that stops for a while, whole and in order', async () => {
  const open = await shell(await ticketOf());
  await open.until('/ # ');
  const long = 'x'.repeat(20_000);
  open.pause();
  for (let nth = 0; nth < 100; nth += 1) open.type(`echo ${long}${nth}\r`);
  open.type('echo done-$COLUMNS-done\r');
  open.resume();
  await open.until('done--done');
  const said = open
    .text()
    .match(/^x{20000}\d+/gm)
    ?.map((line) => line.slice(20_000));
  open.close();

  expect(said).toEqual(Array.from({ length: 100 }, (_, nth) => String(nth)));
});

test('is off where the environment does not allow it, and ends when that is taken back', async () => {
  const open = await shell(await ticketOf());
  await open.until('/ # ');
  await allowShells(false);

  const { code } = await open.ended;
  const refused = await world.api.call().post(`${LIVE}/exec`).send({ pod });
  await allowShells(true);

  expect(code).toBe(4403);
  expect([refused.status, refused.body.code]).toEqual([403, 'live.exec-off']);
});

test('ends within seconds when the token is revoked', async () => {
  const { id, token } = await tokenWith([{ effect: 'allow', verbs: ['exec'], service: 'shop-api' }]);
  const open = await shell(await ticketOf(token), { authorization: `Bearer ${token}` });
  await open.until('/ # ');
  await world.api.call().delete(`/v1/tokens/${id}`);

  expect((await open.ended).code).toBe(4403);
});

test('ends when nobody types, and tells how', async () => {
  const idle = await startLiveCluster({}, { BEANPOD_EXEC_IDLE_MINUTES: '0.01' });
  await idle.run('shop-api');
  const [only] = await idle.pods(1);
  await idle.api
    .call()
    .put('/v1/environments/staging')
    .send({ live: { exec: true } });
  const answer = await idle.api.call().post(`${LIVE}/exec`).send({ pod: only?.name });
  const { ticket } = answer.body as unknown as ExecTicketView;
  const open = await openShell(idle.api.url, ticket, { authorization: `Bearer ${idle.api.token}` });
  const ended = await open.ended;
  await idle.close();

  expect(ended).toEqual({ code: 4408, end: { reason: 'Nobody typed for too long' } satisfies ExecEnd });
});

test('says that a container does not run, that a pod is unknown, and what is no shell', async () => {
  const ask = async (body: object) => {
    const { status, body: problem } = await world.api.call().post(`${LIVE}/exec`).send(body);
    return [status, problem.code];
  };
  const [stranger] = await world.pods(1, '/v1/targets/other/staging/live');

  expect(await ask({ pod: 'nothing-here' })).toEqual([404, 'live.pod-unknown']);
  expect(await ask({ pod: stranger?.name })).toEqual([404, 'live.pod-unknown']);
  expect(await ask({ pod, container: 'nope' })).toEqual([409, 'live.container-stopped']);
  expect(await ask({ pod, shell: 'rm -rf /' })).toEqual([422, 'request.invalid']);
});

test('refuses and records a ticket that was used, of somebody else, from a foreign page, or for a pod that was replaced', async () => {
  const used = await ticketOf();
  const first = await shell(used);
  await first.until('/ # ');
  first.close();
  await first.ended;
  const { token } = await tokenWith([{ effect: 'allow', verbs: ['exec'], service: 'shop-api' }]);
  const foreign = { origin: 'https://evil.example.com' };
  const named = (uid: string) => ({
    metadata: { name: 'fixed', labels: stampOf('shop-api'), annotations: { uid } },
    spec: { containers: [{ name: 'app', image: 'app:ok-1' }] },
  });
  await world.client.post('/api/v1/namespaces/shop/pods', named('one'));
  await world.pods(2);
  const stale = await ticketOf(world.api.token, { pod: 'fixed' });
  await world.client.call('DELETE', '/api/v1/namespaces/shop/pods/fixed?gracePeriodSeconds=0');
  await world.pods(1);
  await world.client.post('/api/v1/namespaces/shop/pods', named('two'));
  await world.pods(2);

  await expect(shell(used)).rejects.toThrow('403 live.ticket-refused');
  await expect(shell(await ticketOf(), { authorization: `Bearer ${token}` })).rejects.toThrow(
    '403 live.ticket-refused',
  );
  await expect(shell(await ticketOf(), foreign)).rejects.toThrow('403 session.foreign');
  await expect(shell(await ticketOf(), { authorization: '' })).rejects.toThrow('401 token.missing');
  await expect(shell('forged.ticket')).rejects.toThrow('403 live.ticket-refused');
  await expect(shell(stale)).rejects.toThrow('409 live.pod-replaced');
  const log = await audited();
  for (const code of ['live.ticket-refused', 'session.foreign', 'live.pod-replaced'])
    expect(log).toContain(code);
});

test('refuses the same at the gateway itself, whatever the API says', async () => {
  const socket = new WebSocket(`${world.gateway.url.replace('http', 'ws')}/live/exec`, ['beanpod.exec.v1']);
  const status = await new Promise((resolve) => {
    socket.once('unexpected-response', (_, response) => resolve(response.statusCode));
    socket.on('error', () => undefined);
  });
  socket.terminate();

  expect(status).toBe(403);
});
