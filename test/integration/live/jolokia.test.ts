import { afterAll, beforeAll, expect, test } from 'vitest';
import { LIVE, startLiveCluster, type LiveCluster } from '../../support/live-cluster.js';
import type { Answer } from '../../support/caller.js';

const MEMORY = 'java.lang:type=Memory';
let world: LiveCluster;
let at = '';
let bare = '';
let reader = '';
beforeAll(async () => {
  world = await startLiveCluster();
  await world.run('shop-api', { podLabels: { apollo_jolokia_port: '8778' } });
  await world.run('other');
  at = `${LIVE}/pods/${(await world.pods(1))[0]?.name}/jolokia`;
  const other = '/v1/targets/other/staging/live';
  bare = `${other}/pods/${(await world.pods(1, other))[0]?.name}/jolokia`;
  const rules = [{ effect: 'allow', verbs: ['jmx-read'] }];
  const made = await world.api.call().post('/v1/tokens').send({ name: 'reader', rules });
  reader = made.body.token;
});
afterAll(() => world.close());

const codeOf = ({ status, body }: Answer) => [status, body.code];
const parsed = ({ status, text }: Answer): unknown => {
  expect(status, text).toBe(200);
  return JSON.parse(text);
};
/** Requests that reached agents. */
async function reached(): Promise<string[]> {
  return (await world.control.calls()).filter(({ path }) => path.includes('/proxy')).map(({ path }) => path);
}

test('reads by path, by body and in bulk', async () => {
  const call = world.api.call(reader);
  const path = encodeURIComponent(`read/${MEMORY}/HeapMemoryUsage`);
  const byPath = parsed(await call.get(`${at}?path=${path}`));
  const byBody = parsed(
    await call.post(at).send({ type: 'read', mbean: MEMORY, attribute: 'HeapMemoryUsage' }),
  );
  const bulk = parsed(await call.post(at).send([{ type: 'version' }, { type: 'search', mbean: '*:*' }]));
  const version = parsed(await call.get(at));

  expect(byPath).toMatchObject({
    status: 200,
    value: { used: expect.any(Number) as unknown, max: 536_870_912 },
  });
  expect(byBody).toMatchObject({
    status: 200,
    value: { used: expect.any(Number) as unknown, max: 536_870_912 },
  });
  expect(bulk).toMatchObject([{ status: 200 }, { status: 200 }]);
  expect(version).toMatchObject({ value: { protocol: '8.0' } });
});

test('lets nobody write by a GET, and only those with the right by a POST', async () => {
  const gc = { type: 'exec', mbean: MEMORY, operation: 'gc' };
  const write = { type: 'WRITE', mbean: MEMORY, attribute: 'Verbose', value: 'secret-value' };
  const hidden = [{ type: 'version' }, gc];
  await world.control.clear();
  for (const body of [gc, write, hidden])
    expect(codeOf(await world.api.call(reader).post(at).send(body))).toEqual([403, 'access.denied']);
  for (const path of [
    `exec/${MEMORY}/gc`,
    `e!xec/${MEMORY}/gc`,
    `/exec/${MEMORY}/gc`,
    `%65xec/${MEMORY}/gc`,
  ]) {
    const answer = await world.api.call(reader).get(`${at}?path=${encodeURIComponent(path)}`);
    expect(codeOf(answer), path).toEqual([422, 'request.invalid']);
  }
  expect(await reached()).toEqual([]);

  const asked = world.api.call().post(`${at}?reason=${encodeURIComponent('Memory is short')}`);
  const done = parsed(await asked.send([gc, write])) as object[];
  expect(done).toHaveLength(2);
  const audit = (await world.api.call().get('/v1/audit?limit=200')).text;
  expect(audit).toContain(`exec ${MEMORY} gc, write ${MEMORY} Verbose (Memory is short)`);
  expect(audit).not.toContain('secret-value');
});

test('leads nowhere but to the agent, whatever the path says', async () => {
  await world.control.clear();
  for (const path of [
    '../../../secrets',
    '..%2f..%2fsecrets',
    'read/../../../secrets',
    'list/..%2F..',
    'read/a!/..!/..!/b',
  ])
    await world.api.call().get(`${at}?path=${encodeURIComponent(path)}`);
  await world.api.call().get(at.replace('/jolokia', '/jolokia/..%2f..%2f'));

  for (const path of await reached()) expect(path).toMatch(/:8778\/proxy\/jolokia\/$/);
});

test('says that a pod has no agent, is unknown, or that a request goes elsewhere', async () => {
  const call = world.api.call();
  const target = { url: 'service:jmx:rmi:///jndi/rmi://10.0.0.1/jmxrmi' };

  expect(codeOf(await call.get(bare))).toEqual([422, 'live.failed']);
  expect(codeOf(await call.get(bare.replace('/other/', '/shop-api/')))).toEqual([404, 'live.pod-unknown']);
  expect(codeOf(await call.post(at).send({ type: 'read', mbean: MEMORY, target }))).toEqual([
    422,
    'request.invalid',
  ]);
});
