import { expect, it } from 'vitest';
import { useStore } from '../../support/store.js';

const store = useStore(60_000);

it('is not begun once its queue deadline has passed, although nobody has swept yet', async () => {
  const { id } = await store.accept({ queueMs: 1 });
  const { id: next } = await store.accept();
  const deadline = Number(await store.redis.client.zscore(`{${store.redis.namespace}}:expiry`, id));
  await expect
    .poll(async () => Number((await store.redis.client.time())[0]))
    .toBeGreaterThan(deadline / 1_000);

  expect((await store.leases.claim(id, 'w1', 'w')).said).toBe('busy');

  expect((await store.deployments.sweep()).map((offer) => offer.id)).toContain(next);
  expect(await store.nameOf(id)).toBe('expired');
  expect((await store.leases.claim(id, 'w1', 'w')).said).toBe('ended');
  expect((await store.leases.claim(next, 'w1', 'w')).said).toBe('ok');
});
