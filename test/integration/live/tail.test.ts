import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DroppedLines, TailLine, TailNotice } from '../../../src/shared/contract/live-tail.js';
import { openEventStream } from '../../support/event-stream.js';
import { LIVE, startLiveCluster, type LiveCluster } from '../../support/live-cluster.js';

let world: LiveCluster;
beforeAll(async () => {
  world = await startLiveCluster();
});
afterAll(() => world.close());

const KEY_ID = 'AKIAABCDEFGHIJKLMNOP';
/** As they are, and in colours that go right through them. */
const WITH_SECRETS = [`key ${KEY_ID}`, 'key \u001b[32mAKIAABC\u001b[1mDEFGHIJKLMNOP\u001b[0m'];

/** A reader of the tail, and everything that it has heard so far. */
async function read(query = '', after?: string) {
  const stream = await openEventStream(`${world.api.url}${LIVE}/logs${query}`, {
    authorization: `Bearer ${world.api.token}`,
    ...(after !== undefined && { 'last-event-id': after }),
  });
  const lines: TailLine[] = [];
  const dropped: DroppedLines[] = [];
  const notices: TailNotice[] = [];
  let id: string | undefined;
  const ended = (async () => {
    for (let event = await stream.next(); event; event = await stream.next()) {
      id = event.id ?? id;
      if (event.event === 'lines') lines.push(...(event.data as { lines: TailLine[] }).lines);
      if (event.event === 'dropped') dropped.push(event.data as DroppedLines);
      if (event.event === 'notice') notices.push(event.data as TailNotice);
    }
  })().catch(() => undefined);
  return {
    lines,
    dropped,
    notices,
    texts: () => lines.map(({ text }) => text),
    id: () => id,
    async close(): Promise<void> {
      stream.close();
      await ended;
    },
  };
}

async function write(pod: string, ...lines: string[]): Promise<void> {
  await world.control.writeLog({ namespace: 'shop', pod, container: 'app', lines });
}

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => `line ${from + at}`);

test('merges all pods, in their colours, clean of other control characters and of secrets, and no pod of another target', async () => {
  await world.run('shop-api', { replicas: 2 });
  await world.run('other');
  const [one, two] = await world.pods(2);
  const [other] = await world.pods(1, '/v1/targets/other/staging/live');
  const reader = await read('?tail=10');

  await write(one?.name ?? '', 'from \u001b[31mone\u001b[0m\u0007\u001b[2K', ...WITH_SECRETS);
  await write(other?.name ?? '', 'from a stranger');
  await write(two?.name ?? '', 'from two');

  await expect.poll(() => reader.texts()).toContain('from two');
  expect(reader.texts()).toContain('from \u001b[31mone\u001b[0m');
  expect(reader.texts()).toContain('key [redacted]');
  expect(reader.texts().join()).not.toMatch(/AKIA|ABCDE|stranger/);
  expect(reader.lines.find(({ text }) => text === 'from two')).toMatchObject({
    pod: two?.name,
    container: 'app',
    at: expect.stringMatching(/^\d{4}-.*T.*\.\d{9}Z$/) as unknown,
  });
  await reader.close();
});

test('goes on after the last event that somebody got, with none lost and none twice', async () => {
  const [pod] = await world.pods(2);
  const name = pod?.name ?? '';
  const first = await read();
  await write(name, ...numbered(0, 50));
  await expect.poll(() => first.texts()).toContain('line 49');
  await first.close();
  await write(name, ...numbered(50, 100));

  const second = await read('', first.id());
  await write(name, ...numbered(100, 150));

  await expect.poll(() => second.texts()).toContain('line 149');
  const both = [...first.texts(), ...second.texts()].filter((text) => text.startsWith('line'));
  expect(both).toEqual(numbered(0, 150));
  await second.close();
});

test('finds a pattern in what is seen of a line, and none in what is hidden', async () => {
  const [pod] = await world.pods(2);
  const seen = await read('?include=^out%20of%20memory$');
  const guessed = await read('?include=AKIAA|^the%20end$');
  await write(pod?.name ?? '', ...WITH_SECRETS, 'out \u001b[31mof\u001b[0m memory', 'the end');

  await expect.poll(() => seen.texts()).toEqual(['out \u001b[31mof\u001b[0m memory']);
  await expect.poll(() => guessed.texts()).toEqual(['the end']);
  await Promise.all([seen.close(), guessed.close()]);
});

test('hides a secret that begins within what is shown of a line and ends beyond', async () => {
  const [pod] = await world.pods(2);
  const reader = await read();
  await write(pod?.name ?? '', `${'x'.repeat(16_370)} ${KEY_ID} y`);

  await expect.poll(() => reader.texts().join()).toContain('xxx');
  expect(reader.texts().join()).not.toContain('AKIA');
  await reader.close();
});

test('shows only what is asked for, and refuses patterns that are none', async () => {
  const [pod] = await world.pods(2);
  const reader = await read('?include=keep&exclude=noise');
  await write(pod?.name ?? '', 'keep me', 'not me', 'keep noise', 'keep me too');
  await expect.poll(() => reader.texts()).toContain('keep me too');
  const refused = await world.api.call().get(`${LIVE}/logs?include=${encodeURIComponent('(a')}&exclude=[`);

  expect(reader.texts()).toEqual(['keep me', 'keep me too']);
  expect(refused.status).toBe(422);
  expect(refused.body.errors?.map(({ pointer }) => pointer)).toEqual(['/query/include', '/query/exclude']);
  await reader.close();
});

test('follows a rollout from the old pods to the new ones', async () => {
  const [old] = await world.pods(2);
  const reader = await read();
  await write(old?.name ?? '', 'from an old pod');
  await expect.poll(() => reader.texts()).toContain('from an old pod');

  await world.client.call('PATCH', '/apis/apps/v1/namespaces/shop/deployments/shop-api', {
    body: { spec: { template: { spec: { containers: [{ name: 'app', image: 'app:ok-2' }] } } } },
    contentType: 'application/strategic-merge-patch+json',
  });
  await expect
    .poll(
      async () =>
        (await world.pods(2)).filter(({ containers }) => containers[0]?.image === 'app:ok-2').length,
    )
    .toBe(2);
  for (const { name } of await world.pods(2)) await write(name, `from the new ${name}`);

  for (const { name } of await world.pods(2))
    await expect.poll(() => reader.texts()).toContain(`from the new ${name}`);
  await reader.close();
});

test('shows the run before of a container that was restarted, and says why one has no log', async () => {
  const pod = (name: string, image: string) => ({
    metadata: { name, labels: { 'beanpod.dev/service': 'shop-api', 'beanpod.dev/environment': 'staging' } },
    spec: { containers: [{ name: 'app', image }] },
  });
  await world.client.post('/api/v1/namespaces/shop/pods', pod('crashing', 'app:crash-1'));
  await world.client.post('/api/v1/namespaces/shop/pods', pod('missing', 'app:image-not-found'));
  await expect
    .poll(async () => {
      const { body } = await world.api.call().get(`${LIVE}/pods`);
      return (body as unknown as { pods: { name: string; restarts: number }[] }).pods.find(
        ({ name }) => name === 'crashing',
      )?.restarts;
    })
    .toBeGreaterThan(1);

  const one = await read('?tail=100&pod=crashing');
  const without = await read('?tail=100&pod=crashing&previous=false');

  await expect.poll(() => one.lines.length).toBeGreaterThan(2);
  expect(new Set(one.lines.map(({ at, text }) => at + text)).size).toBe(one.lines.length);
  await expect.poll(() => without.lines.length).toBeGreaterThan(0);
  expect(without.lines[0]?.at.localeCompare(one.lines[0]?.at ?? '')).toBe(1);
  const missing = await read('?pod=missing');
  await expect
    .poll(() => missing.notices[0]?.text)
    .toMatch(/^It does not run: (ErrImagePull|ImagePullBackOff)/);
  await Promise.all([one.close(), without.close(), missing.close()]);
  for (const name of ['crashing', 'missing'])
    await world.client.call('DELETE', `/api/v1/namespaces/shop/pods/${name}?gracePeriodSeconds=0`);
});
