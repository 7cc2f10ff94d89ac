import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NO_PROGRESS, type OnBusy } from '../../../src/shared/domain/deployment.js';
import { failure } from '../../../src/shared/domain/failures.js';
import type { DeploymentId } from '../../../src/shared/domain/ids.js';
import type { State } from '../../../src/shared/domain/state.js';
import { newId } from '../../../src/shared/new-id.js';
import { createDeployments } from '../../../src/shared/store/deployments.js';
import { createJournal } from '../../../src/shared/store/journal.js';
import { createLeases, type Claim, type Lease } from '../../../src/shared/store/lease.js';
import { useRedis } from '../../support/redis.js';

const redis = useRedis();
const LEASE_MS = 60;

function open(limits = { perTarget: 5, live: 1_000 }, maxLines = 1_000) {
  const { client, namespace } = redis;
  return {
    deployments: createDeployments(client, namespace, limits),
    leases: createLeases(client, namespace, LEASE_MS, maxLines),
    journal: createJournal(client, namespace),
  };
}
type Store = ReturnType<typeof open>;
let store: Store;
beforeAll(() => redis.start());
beforeEach(async () => {
  await redis.clear();
  store = open();
});
afterAll(() => redis.stop());

interface Wish {
  service?: string;
  version?: string;
  onBusy?: OnBusy;
  key?: string;
  hash?: string;
  revision?: string;
  queueMs?: number;
}

async function accept({
  service = 'shop',
  version = '1',
  onBusy = 'queue',
  key,
  hash = 'h',
  revision = '0',
  queueMs = 60_000,
}: Wish = {}) {
  const id = newId() as DeploymentId;
  const answer = await store.deployments.accept({
    id,
    request: {
      service,
      environment: 'staging',
      version,
      provider: 'p',
      kind: 'deploy',
      onBusy,
      actor: { name: 'ci' },
    },
    input: { spec: {}, artifact: { type: 'image', image: 'a/b:1' }, policy: {}, verify: {} },
    ...(key && { idempotency: { scope: key, hash } }),
    revision,
    queueMs,
  });
  return { id, answer };
}

async function claim(id: string, owner = 'w1'): Promise<Lease> {
  const answer: Claim = await store.leases.claim(id, owner, owner);
  if (answer.said !== 'ok') throw new Error(`claim answered ${answer.said}`);
  return answer.lease;
}

function end(lease: Lease, batch = 1, state: State = { name: 'succeeded' }) {
  return store.leases.save(lease, batch, {
    state,
    progress: NO_PROGRESS,
    further: true,
    entries: [{ code: 'deployment.succeeded', data: {} }],
  });
}

async function codes(id: string): Promise<(string | undefined)[]> {
  return (await store.journal.read(id, 0, 100)).map((line) => line.code ?? line.text);
}

async function nameOf(id: string): Promise<string | undefined> {
  return (await store.deployments.load(id))?.state.name;
}

describe('accept', () => {
  it('makes one deployment of 50 parallel requests with one idempotency key', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => accept({ key: 'ci:118' })));

    expect(answers.filter(({ answer }) => answer.said === 'accepted')).toHaveLength(1);
    expect(answers.filter(({ answer }) => answer.said === 'replay')).toHaveLength(49);
    expect(await store.deployments.list({ limit: 100 })).toHaveLength(1);
  });

  it('refuses another body under the same key', async () => {
    const { id } = await accept({ key: 'k', hash: 'one' });

    expect((await accept({ key: 'k', hash: 'two' })).answer).toEqual({ said: 'conflict', id });
  });

  it('offers the first and queues the rest in order of arrival', async () => {
    const first = await accept();
    const second = await accept();
    const third = await accept();

    expect(first.answer).toMatchObject({ said: 'accepted', number: 1, ahead: 0, offers: [{ id: first.id }] });
    expect(second.answer).toEqual({ said: 'accepted', number: 2, ahead: 1, offers: [] });
    expect(third.answer).toEqual({ said: 'accepted', number: 3, ahead: 2, offers: [] });
    expect(await store.deployments.ahead(third.id)).toBe(2);
  });

  it('stores nothing when the target is busy and the request wants to be refused', async () => {
    const { id } = await accept();
    const refused = await accept({ onBusy: 'reject' });

    expect(refused.answer).toEqual({ said: 'busy', id });
    expect(await store.deployments.load(refused.id)).toBeUndefined();
  });

  it('replaces who waits, but neither who runs nor who asked to be queued', async () => {
    const running = await accept();
    await claim(running.id);
    const patient = await accept({ onBusy: 'queue' });
    const replaced = await accept({ onBusy: 'supersede' });
    const newest = await accept({ onBusy: 'supersede' });

    expect(await nameOf(running.id)).toBe('queued');
    expect(await nameOf(patient.id)).toBe('queued');
    expect(await nameOf(replaced.id)).toBe('superseded');
    expect(newest.answer).toMatchObject({ said: 'accepted', ahead: 2 });
    expect(await codes(replaced.id)).toContain('deployment.superseded');
  });

  it('refuses when the lane is full, before it replaces anybody', async () => {
    store = open({ perTarget: 1, live: 1_000 });
    await accept();
    const waiting = await accept();

    expect((await accept()).answer).toEqual({ said: 'full', waiting: 1 });
    expect(await nameOf(waiting.id)).toBe('queued');
  });

  it('refuses when too many deployments are under way', async () => {
    store = open({ perTarget: 5, live: 1 });
    await accept({ service: 'a' });

    expect((await accept({ service: 'b' })).answer).toEqual({ said: 'overloaded' });
  });

  it('refuses what was judged by an old configuration', async () => {
    expect((await accept({ revision: '7' })).answer).toEqual({ said: 'stale' });
  });
});

describe('a lease', () => {
  it('has one owner at a time', async () => {
    const { id } = await accept();
    await claim(id, 'w1');

    expect(await store.leases.claim(id, 'w2', 'w2')).toEqual({ said: 'busy' });
  });

  it('passes to another worker with a higher epoch once it ran out, and the old owner can store nothing any more', async () => {
    const { id } = await accept();
    const old = await claim(id, 'w1');
    await expect
      .poll(async () => (await store.deployments.sweep()).some((offer) => offer.id === id))
      .toBe(true);
    const fresh = await claim(id, 'w2');
    const before = await codes(id);

    expect(Number(fresh.epoch)).toBeGreaterThan(Number(old.epoch));
    expect(await end(old)).toEqual({ said: 'fenced' });
    expect(await store.leases.append(old, 2, [{ text: 'from the grave', level: 'info' }])).toBe('fenced');
    expect((await store.leases.renew(old)).said).toBe('fenced');
    expect(await store.leases.handOver(old)).toBeUndefined();
    expect(await codes(id)).toEqual(before);
    expect(await nameOf(id)).toBe('queued');
  });

  it('stores a batch that is sent twice once, also the one that ends the deployment', async () => {
    const { id } = await accept();
    const next = await accept();
    const lease = await claim(id);
    for (let time = 0; time < 2; time += 1)
      await store.leases.append(lease, 1, [{ text: 'once', level: 'info' }]);
    const first = await end(lease, 2);
    const again = await end(lease, 2);

    expect(first).toMatchObject({ said: 'ok', offers: [{ id: next.id }] });
    expect(again.said).toBe('ok');
    expect((await codes(id)).filter((code) => code === 'once' || code === 'deployment.succeeded')).toEqual([
      'once',
      'deployment.succeeded',
    ]);
  });

  it('hands over without counting the attempt', async () => {
    const { id } = await accept();
    const lease = await claim(id, 'w1');

    expect(await store.leases.handOver(lease)).toMatchObject({ id });
    expect(await store.leases.claim(id, 'w2', 'w2')).toMatchObject({ said: 'ok', attempt: 1 });
  });

  it('counts workers that were lost since the deployment last got further', async () => {
    const { id } = await accept();
    const lease = await claim(id, 'w1');
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
    const first = await accept();
    const second = await accept();
    const ended = await end(await claim(first.id));

    expect(ended).toMatchObject({ said: 'ok', offers: [{ id: second.id }] });
    expect(await nameOf(first.id)).toBe('succeeded');
    expect((await claim(second.id)).target).toBe('shop/staging');
  });
});

describe('cancel', () => {
  it('ends at once what waits in line', async () => {
    await accept();
    const second = await accept();

    expect(await store.deployments.cancel(second.id, { by: 'ada', reason: 'typo' })).toEqual({
      said: 'cancelled',
      offers: [],
    });
    expect(await nameOf(second.id)).toBe('cancelled');
  });

  it('ends what no worker has started and promotes the next', async () => {
    const first = await accept();
    const second = await accept();

    expect(await store.deployments.cancel(first.id, { by: 'ada', reason: 'typo' })).toMatchObject({
      said: 'cancelled',
      offers: [{ id: second.id }],
    });
  });

  it('leaves a wish for the worker that runs it, also after that worker is lost', async () => {
    const { id } = await accept();
    const lease = await claim(id);

    expect(await store.deployments.cancel(id, { by: 'ada', reason: 'typo' })).toEqual({ said: 'cancelling' });
    expect(await store.leases.renew(lease)).toMatchObject({ cancel: { by: 'ada', reason: 'typo' } });
    expect((await store.deployments.load(id))?.cancel).toEqual({ by: 'ada', reason: 'typo' });
  });

  it('changes nothing that has ended', async () => {
    const { id } = await accept();
    await end(await claim(id));

    expect(await store.deployments.cancel(id, { by: 'ada', reason: 'late' })).toEqual({ said: 'ended' });
    expect(await store.deployments.cancel(newId(), { by: 'ada', reason: 'what' })).toEqual({ said: 'gone' });
  });
});

describe('sweep', () => {
  it('expires what no worker started in time and promotes who waits behind it', async () => {
    const late = await accept({ queueMs: 1 });
    const patient = await accept();
    await expect
      .poll(async () => (await store.deployments.sweep()).map(({ id }) => id))
      .toContain(patient.id);

    expect(await nameOf(late.id)).toBe('expired');
    expect(await nameOf(patient.id)).toBe('queued');
  });

  it('offers again, under a new job id, what nobody claimed', async () => {
    const { id, answer } = await accept();
    await redis.client.zadd(`{${redis.namespace}}:outbox`, 0, id);
    const [first] = await store.deployments.sweep();
    await redis.client.zadd(`{${redis.namespace}}:outbox`, 0, id);
    const [second] = await store.deployments.sweep();

    expect(answer).toMatchObject({ offers: [{ dispatch: '1' }] });
    expect(first).toEqual({ id, dispatch: '1' });
    expect(second).toEqual({ id, dispatch: '2' });
  });
});

describe('lists', () => {
  it('pages newest first, by service and by state, without gaps', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1)
      ids.unshift((await accept({ service: count % 2 ? 'odd' : 'even' })).id);
    await end(await claim(ids.at(-1) ?? ''));
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
    const { id } = await accept();
    const lease = await claim(id);
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
    store = open(undefined, 4);
    const { id } = await accept();
    const lease = await claim(id);
    for (let batch = 1; batch <= 3; batch += 1)
      await store.leases.append(lease, batch, [
        { text: 'a', level: 'info' },
        { text: 'b', level: 'info' },
      ]);
    await end(lease, 4);

    expect((await codes(id)).slice(-2)).toEqual(['log.truncated', 'deployment.succeeded']);
  });
});

it('keeps every invariant through all of it', async () => {
  const [first, second] = [await accept(), await accept(), await accept({ service: 'other' })];
  await end(await claim(first.id), 1, {
    name: 'failed',
    failure: failure('health.degraded', 'Red'),
    wrote: false,
  });
  await claim(second.id);

  expect(await store.deployments.audit()).toEqual([]);
});
