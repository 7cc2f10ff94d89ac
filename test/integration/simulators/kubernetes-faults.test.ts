import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CONFIG_MAPS, configMap, openSession, type Session } from './kubernetes-session.js';

let session: Session;
beforeAll(async () => {
  session = await openSession({ bookmarkMs: 50 });
});
afterAll(() => session.close());
afterEach(() => session.control.clearFaults());

async function version(): Promise<string> {
  return (await session.client.get(CONFIG_MAPS)).body.metadata.resourceVersion;
}

describe('faults', () => {
  it('drop a connection before anything is done', async () => {
    const { client, control } = session;
    await control.addFault({ kind: 'drop-connection', match: { verb: 'create' } });

    await expect(client.post(CONFIG_MAPS, configMap('dropped', {}))).rejects.toThrow('fetch failed');
    expect((await client.get(`${CONFIG_MAPS}/dropped`)).status).toBe(404);
  });

  it('reset the connection after the write is committed', async () => {
    const { client, control } = session;
    await control.addFault({ kind: 'reset-after-commit', match: { verb: 'create' } });

    await expect(client.post(CONFIG_MAPS, configMap('committed', {}))).rejects.toThrow('fetch failed');
    expect((await client.get(`${CONFIG_MAPS}/committed`)).status).toBe(200);
  });

  it('answer with a status and Retry-After, as often as they are told', async () => {
    const { client, control } = session;
    await control.addFault({
      kind: 'status',
      code: 429,
      retryAfter: 2,
      times: 2,
      match: { resource: 'configmaps' },
    });

    const answers = [
      await client.get(CONFIG_MAPS),
      await client.get(CONFIG_MAPS),
      await client.get(CONFIG_MAPS),
    ];

    expect(answers.map((answer) => answer.status)).toEqual([429, 429, 200]);
    expect(answers[0]?.headers.get('retry-after')).toBe('2');
    expect(answers[0]?.body).toMatchObject({ reason: 'TooManyRequests', details: { retryAfterSeconds: 2 } });
  });

  it('let calls pass before they hit', async () => {
    const { client, control } = session;
    await control.addFault({ kind: 'status', code: 500, skip: 1, match: { verb: 'get', name: 'committed' } });

    const answers = [
      await client.get(`${CONFIG_MAPS}/committed`),
      await client.get(`${CONFIG_MAPS}/committed`),
    ];

    expect(answers.map((answer) => answer.status)).toEqual([200, 500]);
  });

  it('cut a watch in the middle of a line', async () => {
    const { client, control } = session;
    await control.addFault({ kind: 'half-line' });
    const response = await client.stream(`${CONFIG_MAPS}?watch=true`);

    let text = '';
    const reading = (async () => {
      for await (const chunk of response.body ?? [])
        text += Buffer.from(chunk as Uint8Array).toString('utf8');
    })();

    await expect(reading).rejects.toThrow('terminated');
    expect(text).toMatch(/^\{"type":"ADDED"/);
    expect(text).not.toContain('\n');
  });

  it('stall a watch: it is open and says nothing', async () => {
    const { client, control } = session;
    await control.addFault({ kind: 'watch-stall' });
    const from = await version();

    const watching = client.watch(
      `${CONFIG_MAPS}?watch=true&timeoutSeconds=1&allowWatchBookmarks=true&resourceVersion=${from}`,
      () => false,
    );
    await client.post(CONFIG_MAPS, configMap('unseen', {}));

    expect(await watching).toEqual([]);
  });

  it('hang until the client gives up', async () => {
    const { control, simulator } = session;
    await control.addFault({ kind: 'hang', match: { verb: 'get', name: 'committed' } });
    const waiting = session.client.get(`${CONFIG_MAPS}/committed`);
    waiting.catch(() => undefined);

    await expect.poll(() => simulator.faults.list()).toEqual([]);
    const [call] = (await control.calls()).filter((entry) => entry.name === 'committed').slice(-1);
    expect(call?.code).toBe(0);
  });
});

describe('the record of calls', () => {
  it('lists calls with who made them and how they ended, and committed writes apart from dry runs', async () => {
    const { client, control } = session;
    await control.clear();
    await client.post(`${CONFIG_MAPS}?dryRun=All`, configMap('recorded', {}));
    await client.apply(`${CONFIG_MAPS}/recorded`, configMap('recorded', { a: '1' }));
    await client.apply(`${CONFIG_MAPS}/recorded`, configMap('recorded', { a: '1' }));
    await client.call('DELETE', `${CONFIG_MAPS}/recorded`);

    const calls = await control.calls();
    const mutations = await control.mutations();

    expect(calls.map((call) => [call.verb, call.code, call.dryRun])).toEqual([
      ['create', 201, true],
      ['patch', 201, false],
      ['patch', 200, false],
      ['delete', 200, false],
    ]);
    expect(mutations).toMatchObject([
      { verb: 'apply', kind: 'ConfigMap', name: 'recorded', user: 'kubernetes-admin', fieldManager: 'test' },
      { verb: 'delete', kind: 'ConfigMap', name: 'recorded' },
    ]);
  });
});
