import { describe, expect, it } from 'vitest';
import { NO_PROGRESS } from '../../../src/shared/domain/deployment.js';
import { failure } from '../../../src/shared/domain/failures.js';
import { newId } from '../../../src/shared/new-id.js';
import { useStore } from '../../support/store.js';

const store = useStore();

describe('accept', () => {
  it('makes one deployment of 50 parallel requests with one idempotency key', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => store.accept({ key: 'ci:118' })));

    expect(answers.filter(({ answer }) => answer.said === 'accepted')).toHaveLength(1);
    expect(answers.filter(({ answer }) => answer.said === 'replay')).toHaveLength(49);
    expect(await store.deployments.list({ limit: 100 })).toHaveLength(1);
  });

  it('refuses another body under the same key', async () => {
    const { id } = await store.accept({ key: 'k', hash: 'one' });

    expect((await store.accept({ key: 'k', hash: 'two' })).answer).toEqual({ said: 'conflict', id });
  });

  it('offers the first and queues the rest in order of arrival', async () => {
    const first = await store.accept();
    const second = await store.accept();
    const third = await store.accept();

    expect(first.answer).toMatchObject({
      said: 'accepted',
      deployment: { number: 1 },
      ahead: 0,
      offers: [{ id: first.id }],
    });
    expect(second.answer).toMatchObject({
      said: 'accepted',
      deployment: { number: 2 },
      ahead: 1,
      offers: [],
    });
    expect(third.answer).toMatchObject({ said: 'accepted', deployment: { number: 3 }, ahead: 2, offers: [] });
    expect((await store.deployments.load(third.id))?.ahead).toBe(2);
  });

  it('stores nothing when the target is busy and the request wants to be refused', async () => {
    const { id } = await store.accept();
    const refused = await store.accept({ onBusy: 'reject' });

    expect(refused.answer).toEqual({ said: 'busy', id });
    expect(await store.deployments.load(refused.id)).toBeUndefined();
  });

  it('replaces who waits, but neither who runs nor who asked to be queued', async () => {
    const running = await store.accept();
    await store.claim(running.id);
    const patient = await store.accept({ onBusy: 'queue' });
    const replaced = await store.accept({ onBusy: 'supersede' });
    const newest = await store.accept({ onBusy: 'supersede' });

    expect(await store.nameOf(running.id)).toBe('queued');
    expect(await store.nameOf(patient.id)).toBe('queued');
    expect(await store.nameOf(replaced.id)).toBe('superseded');
    expect(newest.answer).toMatchObject({ said: 'accepted', ahead: 2 });
    expect(await store.codes(replaced.id)).toContain('deployment.superseded');
  });

  it('refuses when the lane is full, before it replaces anybody', async () => {
    store.limit({ perTarget: 1, live: 1_000 });
    await store.accept();
    const waiting = await store.accept();

    expect((await store.accept()).answer).toEqual({ said: 'full', waiting: 1 });
    expect(await store.nameOf(waiting.id)).toBe('queued');
  });

  it('refuses when too many deployments are under way', async () => {
    store.limit({ perTarget: 5, live: 1 });
    await store.accept({ service: 'a' });

    expect((await store.accept({ service: 'b' })).answer).toEqual({ said: 'overloaded' });
  });

  it('refuses what was judged by an old configuration', async () => {
    expect((await store.accept({ revision: '7' })).answer).toEqual({ said: 'stale' });
  });
});

describe('a lease', () => {
  it('has one owner at a time', async () => {
    const { id } = await store.accept();
    await store.claim(id, 'w1');

    expect(await store.leases.claim(id, 'w2', 'w2')).toEqual({ said: 'busy' });
  });

  it('passes to another worker with a higher epoch once it ran out, and the old owner can store nothing any more', async () => {
    const { id } = await store.accept();
    const old = await store.claim(id, 'w1');
    await expect
      .poll(async () => (await store.deployments.sweep()).some((offer) => offer.id === id))
      .toBe(true);
    const fresh = await store.claim(id, 'w2');
    const before = await store.codes(id);

    expect(Number(fresh.epoch)).toBeGreaterThan(Number(old.epoch));
    expect(await store.end(old)).toEqual({ said: 'fenced' });
    expect(await store.leases.append(old, 2, [{ text: 'from the grave', level: 'info' }])).toBe('fenced');
    expect((await store.leases.renew(old)).said).toBe('fenced');
    expect(await store.leases.handOver(old, false)).toBeUndefined();
    expect(await store.codes(id)).toEqual(before);
    expect(await store.nameOf(id)).toBe('queued');
  });

  it('stores a batch that is sent twice once, also the one that ends the deployment', async () => {
    const { id } = await store.accept();
    const next = await store.accept();
    const lease = await store.claim(id);
    for (let time = 0; time < 2; time += 1)
      await store.leases.append(lease, 1, [{ text: 'once', level: 'info' }]);
    const first = await store.end(lease, 2);
    const again = await store.end(lease, 2);

    expect(first).toMatchObject({ said: 'ok', offers: [{ id: next.id }] });
    expect(again.said).toBe('ok');
    expect(
      (await store.codes(id)).filter((code) => code === 'once' || code === 'deployment.succeeded'),
    ).toEqual(['once', 'deployment.succeeded']);
  });

  it('hands over without counting the attempt', async () => {
    const { id } = await store.accept();
    const lease = await store.claim(id, 'w1');

    expect(await store.leases.handOver(lease, false)).toMatchObject({ id });
    expect(await store.leases.claim(id, 'w2', 'w2')).toMatchObject({ said: 'ok', attempt: 1 });
  });

  it('hands over after a crash and counts the attempt', async () => {
    const { id } = await store.accept();

    expect(await store.leases.handOver(await store.claim(id, 'w1'), true)).toMatchObject({ id });
    expect((await store.deployments.load(id))?.attempts).toBe(1);
    expect(await store.leases.claim(id, 'w2', 'w2')).toMatchObject({ said: 'ok', attempt: 2 });
  });

  it('counts workers that were lost since the deployment last got further', async () => {
    const { id } = await store.accept();
    const lease = await store.claim(id, 'w1');
    await store.leases.save(lease, 1, {
      state: { name: 'preparing' },
      progress: NO_PROGRESS,
      further: true,
      entries: [],
    });
    const attempts: number[] = [];
    for (const worker of ['w2', 'w3', 'w4']) {
      await expect.poll(async () => (await store.deployments.sweep()).length).toBe(1);
      const answer = await store.leases.claim(id, worker, worker);
      if (answer.said === 'ok') attempts.push(answer.attempt);
    }

    expect(attempts).toEqual([2, 3, 4]);
  });

  it('frees the target for the next in line when its deployment ends', async () => {
    const first = await store.accept();
    const second = await store.accept();
    const ended = await store.end(await store.claim(first.id));

    expect(ended).toMatchObject({ said: 'ok', offers: [{ id: second.id }] });
    expect(await store.nameOf(first.id)).toBe('succeeded');
    expect((await store.claim(second.id)).target).toBe('shop/staging');
  });
});

describe('cancel', () => {
  it('ends at once what waits in line', async () => {
    await store.accept();
    const second = await store.accept();

    expect(await store.deployments.cancel(second.id, { by: 'ada', reason: 'typo' })).toEqual({
      said: 'cancelled',
      offers: [],
    });
    expect(await store.nameOf(second.id)).toBe('cancelled');
  });

  it('ends what no worker has started and promotes the next', async () => {
    const first = await store.accept();
    const second = await store.accept();

    expect(await store.deployments.cancel(first.id, { by: 'ada', reason: 'typo' })).toMatchObject({
      said: 'cancelled',
      offers: [{ id: second.id }],
    });
  });

  it('leaves a wish for the worker that runs it, also after that worker is lost', async () => {
    const { id } = await store.accept();
    const lease = await store.claim(id);

    expect(await store.deployments.cancel(id, { by: 'ada', reason: 'typo' })).toEqual({ said: 'cancelling' });
    expect(await store.leases.renew(lease)).toMatchObject({ cancel: { by: 'ada', reason: 'typo' } });
    expect((await store.deployments.load(id))?.cancel).toEqual({ by: 'ada', reason: 'typo' });
  });

  it('changes nothing that has ended', async () => {
    const { id } = await store.accept();
    await store.end(await store.claim(id));

    expect(await store.deployments.cancel(id, { by: 'ada', reason: 'late' })).toEqual({ said: 'ended' });
    expect(await store.deployments.cancel(newId(), { by: 'ada', reason: 'what' })).toEqual({ said: 'gone' });
  });
});

describe('sweep', () => {
  it('expires what no worker started in time and promotes who waits behind it', async () => {
    const late = await store.accept({ queueMs: 1 });
    const patient = await store.accept();
    await expect
      .poll(async () => (await store.deployments.sweep()).map(({ id }) => id))
      .toContain(patient.id);

    expect(await store.nameOf(late.id)).toBe('expired');
    expect(await store.nameOf(patient.id)).toBe('queued');
  });

  it('offers again, under a new job id, what nobody claimed', async () => {
    const { id, answer } = await store.accept();
    await store.redis.client.zadd(`{${store.redis.namespace}}:outbox`, 0, id);
    const [first] = await store.deployments.sweep();
    await store.redis.client.zadd(`{${store.redis.namespace}}:outbox`, 0, id);
    const [second] = await store.deployments.sweep();

    expect(answer).toMatchObject({ offers: [{ dispatch: '1' }] });
    expect(first).toEqual({ id, dispatch: '1' });
    expect(second).toEqual({ id, dispatch: '2' });
  });
});

it('keeps every invariant through all of it', async () => {
  const [first, second] = [
    await store.accept(),
    await store.accept(),
    await store.accept({ service: 'other' }),
  ];
  await store.end(await store.claim(first.id), 1, {
    name: 'failed',
    failure: failure('health.degraded', 'Red'),
    wrote: false,
  });
  await store.claim(second.id);

  expect(await store.deployments.audit()).toEqual([]);
});
