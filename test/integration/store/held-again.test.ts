import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DeploymentId } from '../../../src/shared/domain/ids.js';
import { NO_PROGRESS } from '../../../src/shared/domain/deployment.js';
import { newId } from '../../../src/shared/new-id.js';
import { startReviewer } from '../../../src/shared/queue/reviewer.js';
import { createDeployments, type Deployments } from '../../../src/shared/store/deployments.js';
import { createLeases, type Lease } from '../../../src/shared/store/lease.js';
import { createOperationLeases } from '../../../src/shared/store/operation-leases.js';
import { createOperations } from '../../../src/shared/store/operations.js';
import { useRedis } from '../../support/redis.js';

const redis = useRedis();
let deployments: Deployments;
beforeAll(async () => {
  await redis.start();
  deployments = createDeployments(redis.client, redis.namespace, { perTarget: 100, live: 1_000 });
});
afterAll(() => redis.stop());

const because = [{ kind: 'blocker', text: 'freeze', blocker: 'freeze' }] as const;
const leases = () => createLeases(redis.client, redis.namespace, 60_000, 1_000);

async function accept(service: string, scopes: readonly string[] = []): Promise<string> {
  const id = newId() as DeploymentId;
  const answer = await deployments.accept({
    id,
    request: {
      service,
      environment: 'staging',
      version: id,
      provider: 'scripted',
      kind: 'deploy',
      onBusy: 'queue',
      actor: { name: 'ci' },
    },
    input: { spec: {}, artifact: { type: 'image', image: 'a/b:1' }, policy: {}, verify: {} },
    revision: '0',
    queueMs: 60_000,
    scopes,
  });
  expect(answer.said).toBe('accepted');
  return id;
}

async function claim(id: string): Promise<Lease> {
  const answer = await leases().claim(id, `owner-${newId()}`, 'w');
  if (answer.said !== 'ok') throw new Error(`The claim answered ${answer.said}`);
  return answer.lease;
}

async function holdAndResume(id: string, between: () => Promise<unknown>): Promise<void> {
  await leases().hold(await claim(id), 1, { because, entries: [], againMs: 60_000, expiresInMs: 60_000 });
  await between();
  const held = await deployments.load(id);
  if (!held) throw new Error('The deployment is gone');
  expect((await deployments.review(held, [], 60_000)).said).toBe('resumed');
}

it('does not join an operation that began while it was given back', async () => {
  const id = await accept('with-operation');
  const operations = createOperationLeases(redis.client, redis.namespace, 60_000);
  await holdAndResume(id, async () => {
    await createOperations(redis.client, redis.namespace).queue({
      id: newId(),
      service: 'with-operation',
      environment: 'staging',
      wish: { kind: 'restart' } as never,
      asker: { id: 'x', name: 'ada', owner: { kind: 'person', name: 'ada' }, by: 'session' },
      reason: 'stuck',
      patienceMs: 60_000,
    });
    expect((await operations.take('worker'))?.operation.kind).toBe('restart');
  });

  expect((await leases().claim(id, 'late', 'w')).said).toBe('busy');
});

it('began when it was claimed again, so that a rollback of it finds what ran then', async () => {
  const id = await accept('with-another');
  await holdAndResume(id, async () => {
    const other = await accept('with-another');
    const lease = await claim(other);
    const state = { name: 'succeeded' } as const;
    await leases().save(lease, 1, { state, progress: NO_PROGRESS, entries: [], further: true });
    expect((await deployments.load(id))?.startedAt).toBeUndefined();
  });
  const [other] = await deployments.list({ service: 'with-another', states: ['succeeded'], limit: 1 });
  await claim(id);

  const { startedAt = 0 } = (await deployments.load(id)) ?? {};
  expect(startedAt).toBeGreaterThanOrEqual(other?.finishedAt ?? Infinity);
});

it('gets the place that was freed in its scope, however many wait for one in another scope', async () => {
  await redis.client.hset(`{${redis.namespace}}:limits`, {
    'environment:crowded': 1,
    'environment:quiet': 1,
  });
  for (let at = 0; at < 61; at += 1) await accept(`crowd-${at}`, ['environment:crowded']);
  const [first, second] = [
    await accept('quiet-1', ['environment:quiet']),
    await accept('quiet-2', ['environment:quiet']),
  ];
  await deployments.cancel(first, { by: 'ada', reason: 'not needed' });
  await deployments.sweep();

  expect((await leases().claim(second, 'w', 'w')).said).toBe('ok');
});

it('is lined up although another one that is held cannot be judged', async () => {
  const [bad, good] = [await accept('unjudged'), await accept('judged')];
  for (const id of [bad, good])
    await leases().hold(await claim(id), 1, { because, entries: [], againMs: 0, expiresInMs: 60_000 });
  const failed: unknown[] = [];
  const reviewer = startReviewer({
    deployments,
    dispatcher: { offer: () => undefined },
    review: ({ id }) => (id === bad ? Promise.reject(new Error('unreadable')) : Promise.resolve([])),
    onError: (error) => failed.push(error),
  });

  await expect.poll(async () => (await deployments.load(good))?.state.name).toBe('queued');
  await reviewer.close();
  expect(failed).toHaveLength(1);
  expect((await deployments.load(bad))?.state.name).toBe('held');
});
