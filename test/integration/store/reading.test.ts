import { describe, expect, it } from 'vitest';
import { useStore } from '../../support/store.js';

const store = useStore();

describe('lists', () => {
  it('pages newest first, by service and by state, without gaps', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1)
      ids.unshift((await store.accept({ service: count % 2 ? 'odd' : 'even' })).id);
    await store.end(await store.claim(ids.at(-1) ?? ''));
    const page = await store.deployments.list({ limit: 2 });
    const rest = await store.deployments.list({ limit: 10, before: page.at(-1)?.id ?? '' });

    expect([...page, ...rest].map(({ id }) => id)).toEqual(ids);
    expect(await store.deployments.list({ service: 'odd', limit: 10 })).toHaveLength(2);
    expect((await store.deployments.list({ states: ['succeeded'], limit: 10 })).map(({ id }) => id)).toEqual([
      ids.at(-1),
    ]);
    expect(
      await store.deployments.list({ service: 'even', states: ['queued', 'succeeded'], limit: 10 }),
    ).toHaveLength(3);
  });
});

describe('the journal', () => {
  it('numbers lines from 1 without gaps and pages from any line', async () => {
    const { id } = await store.accept();
    const lease = await store.claim(id);
    for (let batch = 1; batch <= 3; batch += 1) {
      await store.leases.append(
        lease,
        batch,
        [1, 2, 3].map((line) => ({ text: `${batch}.${line}`, level: 'info' })),
      );
    }
    const all = await store.journal.read(id, 0, 100);
    const middle = await store.journal.read(id, 4, 3);

    expect(all.map(({ n }) => n)).toEqual(all.map((_, index) => index + 1));
    expect(middle).toEqual(all.slice(4, 7));
    expect(await store.journal.length(id)).toBe(all.length);
  });

  it('drops lines beyond its limit with one visible mark and keeps events', async () => {
    store.limit({ perTarget: 5, live: 1_000 }, 4);
    const { id } = await store.accept();
    const lease = await store.claim(id);
    for (let batch = 1; batch <= 3; batch += 1)
      await store.leases.append(lease, batch, [
        { text: 'a', level: 'info' },
        { text: 'b', level: 'info' },
      ]);
    await store.end(lease, 4);

    expect((await store.codes(id)).slice(-2)).toEqual(['log.truncated', 'deployment.succeeded']);
  });
});
