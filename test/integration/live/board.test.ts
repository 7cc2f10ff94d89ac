import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PodsBrief } from '../../../src/shared/contract/pods-brief.js';
import { openEventStream } from '../../support/event-stream.js';
import { startLiveCluster, type LiveCluster } from '../../support/live-cluster.js';

const ASKED = ['shop-api/staging', 'other/staging', 'nowhere/staging'];
let world: LiveCluster;
beforeAll(async () => {
  world = await startLiveCluster();
});
afterAll(() => world.close());

/** Follows everything as somebody; `briefs` is what was told of pods so far. */
async function follow(token = world.api.token) {
  const query = new URLSearchParams(ASKED.map((target): [string, string] => ['pods', target]));
  const headers = { authorization: `Bearer ${token}` };
  const stream = await openEventStream(`${world.api.url}/v1/events?${query.toString()}`, headers);
  const briefs: PodsBrief[] = [];
  const reading = (async () => {
    for (let event = await stream.next(); event; event = await stream.next())
      if (event.event === 'pods') briefs.push(event.data as PodsBrief);
  })().catch(() => undefined);
  return {
    status: stream.answer.status,
    of: (service: string) => briefs.filter((brief) => brief.service === service),
    async close() {
      stream.close();
      await reading;
    },
  };
}

test('the stream of a tab tells how many pods of its targets are ready, at once and after each change', async () => {
  await world.run('shop-api', { replicas: 2 });
  const reader = await follow();
  const ready = { service: 'shop-api', environment: 'staging', known: true, ready: 2, desired: 2 };
  await expect.poll(() => reader.of('shop-api').at(-1)).toEqual(ready);
  expect(reader.of('other').at(-1)).toMatchObject({ known: true, ready: 0, desired: 0 });

  const late = await follow();
  await expect.poll(() => late.of('shop-api')).toEqual([ready]);
  await world.client.call('PATCH', '/apis/apps/v1/namespaces/shop/deployments/shop-api', {
    body: { spec: { replicas: 3 } },
    contentType: 'application/merge-patch+json',
  });

  for (const each of [reader, late])
    await expect.poll(() => each.of('shop-api').at(-1)).toEqual({ ...ready, ready: 3, desired: 3 });
  expect(reader.of('nowhere')).toEqual([]);
  await Promise.all([reader.close(), late.close()]);
});

test('it tells nothing of targets that the reader may not view', async () => {
  const rules = [{ effect: 'allow', verbs: ['view'], service: 'other' }];
  const made = await world.api.call().post('/v1/tokens').send({ name: 'guest', rules });
  const guest = await follow(made.body.token);

  await expect.poll(() => guest.of('other').length).toBeGreaterThan(0);
  expect(guest.of('shop-api')).toEqual([]);
  await guest.close();
});

test('it says that pods cannot be seen once the gateway is away', async () => {
  const reader = await follow();
  await expect.poll(() => reader.of('shop-api').at(-1)?.known).toBe(true);

  await world.gateway.close();

  await expect.poll(() => reader.of('shop-api').at(-1)).toMatchObject({ known: false });
  await reader.close();
});
