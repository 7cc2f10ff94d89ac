import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONFIG_MAPS, configMap, openSession, type Session } from './kubernetes-session.js';

let session: Session;
beforeAll(async () => {
  session = await openSession({ bookmarkMs: 50, historySize: 100 });
});
afterAll(() => session.close());

function labelled(name: string, labels: Record<string, string>) {
  return { ...configMap(name, {}), metadata: { name, labels } };
}

async function version(): Promise<string> {
  return (await session.client.get(CONFIG_MAPS)).body.metadata.resourceVersion;
}

describe('watch', () => {
  it('replays what happened since a resourceVersion, in order', async () => {
    const { client } = session;
    const from = await version();
    await client.post(CONFIG_MAPS, configMap('seen', { a: '1' }));
    await client.call('PUT', `${CONFIG_MAPS}/seen`, { body: configMap('seen', { a: '2' }) });
    await client.call('DELETE', `${CONFIG_MAPS}/seen`);

    const events = await client.watch(
      `${CONFIG_MAPS}?watch=true&resourceVersion=${from}`,
      (list) => list.length === 3,
    );

    expect(events.map((event) => event.type)).toEqual(['ADDED', 'MODIFIED', 'DELETED']);
    expect(events[2]?.object).toMatchObject({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'seen' },
    });
    const versions = events.map((event) => Number(event.object.metadata.resourceVersion));
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
  });

  it('starts with what exists when no resourceVersion is given', async () => {
    await session.client.post(CONFIG_MAPS, labelled('there', { set: 'start' }));

    const events = await session.client.watch(
      `${CONFIG_MAPS}?watch=true&labelSelector=set%3Dstart`,
      (list) => list.length === 1,
    );

    expect(events).toMatchObject([{ type: 'ADDED', object: { metadata: { name: 'there' } } }]);
  });

  it('shows objects that enter and leave the selection as added and deleted', async () => {
    const { client } = session;
    await client.post(CONFIG_MAPS, labelled('moving', { side: 'left' }));
    const from = await version();
    for (const side of ['right', 'left']) {
      await client.call('PUT', `${CONFIG_MAPS}/moving`, { body: labelled('moving', { side }) });
    }

    const path = `${CONFIG_MAPS}?watch=true&labelSelector=side%3Dright&resourceVersion=${from}`;
    const events = await client.watch(path, (list) => list.length === 2);

    expect(events.map((event) => event.type)).toEqual(['ADDED', 'DELETED']);
  });

  it('sends bookmarks with the current resourceVersion when they are allowed', async () => {
    const path = `${CONFIG_MAPS}?watch=true&allowWatchBookmarks=true&resourceVersion=${await version()}`;

    const [event] = await session.client.watch(path, (list) => list.length === 1);

    expect(event).toMatchObject({ type: 'BOOKMARK', object: { kind: 'ConfigMap', apiVersion: 'v1' } });
    expect(Number(event?.object.metadata.resourceVersion)).toBeGreaterThan(0);
  });

  it('marks the end of the initial events for watch lists', async () => {
    const path = `${CONFIG_MAPS}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`;

    const events = await session.client.watch(path, (list) => list.at(-1)?.type === 'BOOKMARK');

    expect(events.slice(0, -1).every((event) => event.type === 'ADDED')).toBe(true);
    expect(events.at(-1)?.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' });
  });

  it('ends after timeoutSeconds', async () => {
    const events = await session.client.watch(
      `${CONFIG_MAPS}?watch=true&timeoutSeconds=1&resourceVersion=${await version()}`,
      () => false,
    );

    expect(events).toEqual([]);
  });

  it('answers 410 for a resourceVersion that history no longer covers', async () => {
    const { client, control } = session;
    const from = await version();
    await client.post(CONFIG_MAPS, configMap('late', {}));
    await control.compact();

    const answer = await client.get(`${CONFIG_MAPS}?watch=true&resourceVersion=${from}`);

    expect(answer.body).toMatchObject({ code: 410, reason: 'Expired', kind: 'Status' });
  });

  it('can send the 410 inside of a stream as well', async () => {
    const { client, control } = session;
    await control.addFault({ kind: 'watch-410', match: { resource: 'configmaps' }, after: 1 });

    const path = `${CONFIG_MAPS}?watch=true&resourceVersion=${await version()}`;
    const watching = client.watch(path, (list) => list.at(-1)?.type === 'ERROR');
    await expect
      .poll(async () =>
        (await control.calls()).some(
          (call) => call.verb === 'watch' && call.query.includes(path.split('?')[1] ?? ''),
        ),
      )
      .toBe(true);
    await client.post(CONFIG_MAPS, configMap('before-gone', {}));
    await client.post(CONFIG_MAPS, configMap('gone', {}));
    const events = await watching;

    expect(events.map((event) => event.type)).toEqual(['ADDED', 'ERROR']);
    expect(events[1]?.object).toMatchObject({ code: 410, reason: 'Expired' });
  });

  it('streams tables to those who ask for tables', async () => {
    const { client } = session;
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';

    const answer = await client.call('GET', `${CONFIG_MAPS}?watch=true&timeoutSeconds=1`, { accept });

    const [first] = answer.text.split('\n');
    expect(JSON.parse(first ?? '')).toMatchObject({
      type: 'ADDED',
      object: {
        kind: 'Table',
        rows: [{ cells: [expect.any(String), expect.any(String), expect.any(String)] }],
      },
    });
  });
});
