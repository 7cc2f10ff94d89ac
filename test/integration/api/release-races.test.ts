import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDeployments } from '../../../src/shared/store/deployments.js';
import { keysOf } from '../../../src/shared/store/keys.js';
import type { DeploymentId } from '../../../src/shared/domain/ids.js';
import { newId } from '../../../src/shared/new-id.js';
import { useApi } from '../../support/api.js';
import { createHandWorker } from '../../support/hand-worker.js';

const api = useApi();
let worker: ReturnType<typeof createHandWorker>;
beforeAll(async () => {
  await api.start();
  worker = createHandWorker(api.redis);
});
afterAll(() => api.stop());

const artifact = { type: 's3', bucket: 'ci-artifacts', key: 'shop/1.zip' } as const;
const read = async (path: string) => (await api.call().get(path)).body as unknown as Record<string, unknown>;
const stateOf = async (id: string) => (await read(`/v1/deployments/${id}`))['state'];
const membersOf = async (id: string) =>
  (await read(`/v1/releases/${id}`))['members'] as readonly Record<string, string>[];
const deployments = () =>
  createDeployments(api.redis.client, api.redis.namespace, { perTarget: 10, live: 100 });

/** What a restore of an older Redis does to a record that came after it. */
const forget = (id: string) => api.redis.client.del(keysOf(api.redis.namespace).deployment(id));

/** A member as its release froze it. */
function memberOf(release: string, service: string) {
  const actor = { name: 'admin' };
  const request = { service, environment: 'staging', version: '1', provider: 'elastic-beanstalk' } as const;
  const input = { spec: {}, artifact, policy: {}, verify: {} };
  return {
    order: 0,
    request: { ...request, kind: 'deploy', onBusy: 'queue', actor, release },
    input,
    scopes: [],
  } as const;
}

/** Accepts a member under the key of the conductor. */
async function start(release: string, service: string) {
  const { request, input } = memberOf(release, service);
  const { revision = '0' } = await api.redis.client.hgetall(keysOf(api.redis.namespace).configuration);
  return deployments().accept({
    id: newId() as DeploymentId,
    request,
    input,
    revision,
    queueMs: 60_000,
    idempotency: { scope: `release:${release}:0`, hash: release },
  });
}

/** Stores a release as it is once somebody has cancelled it before anybody noted that its member had started. */
async function storeCancelled(id: string, service: string): Promise<void> {
  const { root, release, releasesLive } = keysOf(api.redis.namespace);
  const plan = {
    id,
    actor: 'admin',
    onFailure: 'stop',
    members: [memberOf(id, service)],
    createdAt: Date.now(),
  };
  const progress = { members: [{}], cancelled: { by: 'ada', reason: 'not today' } };
  await api.redis.client
    .multi()
    .hset(release(id), { plan: JSON.stringify(plan), progress: JSON.stringify(progress), revision: 2 })
    .zadd(`${root}:releases`, 0, id)
    .sadd(releasesLive, id)
    .exec();
}

test('a member that was started right before the release was cancelled is cancelled too', async () => {
  await api.configure('early');
  const id = newId();
  const started = await start(id, 'early');
  if (started.said !== 'accepted') throw new Error(`It answered ${started.said}`);
  await storeCancelled(id, 'early');

  await expect.poll(() => stateOf(started.deployment.id), { timeout: 5_000 }).toBe('cancelled');
  await expect.poll(async () => (await read(`/v1/releases/${id}`))['state']).toBe('cancelled');
  expect(await membersOf(id)).toMatchObject([{ state: 'cancelled', deployment: started.deployment.id }]);
});

test('a process that did not hear of the cancellation starts no member any more', async () => {
  await api.configure('late');
  const id = newId();
  await storeCancelled(id, 'late');

  expect((await start(id, 'late')).said).toBe('release-cancelled');
  await expect.poll(async () => (await read(`/v1/releases/${id}`))['state']).toBe('cancelled');
});

test('what somebody deployed after a member is not rolled back with it', async () => {
  const post = (path: string, body: object) => api.call().post(path).send(body);
  const deploy = async (service: string, version: string) =>
    (await post('/v1/deployments', { service, environment: 'staging', version, artifact })).body.id;
  for (const service of ['good', 'bad']) {
    await api.configure(service);
    await worker.succeed(await deploy(service, '1'));
  }
  const members = ['good', 'bad'].map((service) => ({
    service,
    environment: 'staging',
    version: '2',
    artifact,
  }));
  const { id } = (await post('/v1/releases', { members, onFailure: 'rollback' })).body;
  await expect.poll(async () => (await membersOf(id)).every(({ deployment }) => deployment)).toBe(true);
  const [good, bad] = await membersOf(id);
  await worker.succeed(good?.['deployment'] ?? '');
  const fix = await deploy('good', '3');
  await worker.succeed(fix);
  await worker.rollBack(bad?.['deployment'] ?? '');

  await expect.poll(async () => (await read(`/v1/releases/${id}`))['state']).toBe('rollback_failed');
  const [first] = await membersOf(id);
  expect(first?.['rollback']).toBeUndefined();
  expect(first?.['rollbackRefused']).toContain(`deployment ${fix}`);
});

test('a release whose records are gone ends badly, and says that nobody knows how they ended', async () => {
  await api.configure('lost');
  const members = [{ service: 'lost', environment: 'staging', version: '1', artifact }];
  const { id } = (await api.call().post('/v1/releases').send({ members, onFailure: 'rollback' })).body;
  await expect.poll(async () => (await membersOf(id))[0]?.['deployment']).toBeDefined();
  await forget((await membersOf(id))[0]?.['deployment'] ?? '');

  await expect.poll(async () => (await read(`/v1/releases/${id}`))['state']).toBe('rollback_failed');
  expect(await membersOf(id)).toMatchObject([{ state: 'gone' }]);
});

test('what succeeded and is gone before it is taken back leaves its release with a rollback that failed', async () => {
  const members = ['forgotten', 'failing'].map((service, order) => ({
    service,
    environment: 'staging',
    version: '1',
    artifact,
    order,
  }));
  for (const { service } of members) await api.configure(service);
  const { id } = (await api.call().post('/v1/releases').send({ members, onFailure: 'rollback' })).body;
  await expect.poll(async () => (await membersOf(id))[0]?.['deployment']).toBeDefined();
  const first = (await membersOf(id))[0]?.['deployment'] ?? '';
  await worker.succeed(first);
  await expect.poll(async () => (await membersOf(id))[1]?.['deployment']).toBeDefined();
  await forget(first);
  await worker.rollBack((await membersOf(id))[1]?.['deployment'] ?? '');

  await expect.poll(async () => (await read(`/v1/releases/${id}`))['state']).toBe('rollback_failed');
  expect(await membersOf(id)).toMatchObject([
    {
      state: 'gone',
      rollbackRefused: `The record of deployment ${first} is gone: nobody knows what ran before it`,
    },
    { state: 'rolled_back' },
  ]);
});

test('a release that cannot be carried on keeps no other one', async () => {
  const { root, release, releasesLive } = keysOf(api.redis.namespace);
  const id = newId();
  await api.redis.client
    .multi()
    .hset(release(id), { plan: 'torn', progress: 'torn', revision: 2 })
    .zadd(`${root}:releases`, 0, id)
    .sadd(releasesLive, id)
    .exec();
  await api.configure('healthy');
  const members = [{ service: 'healthy', environment: 'staging', version: '1', artifact }];
  const { body } = await api.call().post('/v1/releases').send({ members });

  await expect.poll(async () => (await membersOf(body.id))[0]?.['deployment']).toBeDefined();
});

test('a restore brings a version back that was rolled back there since, as its reason says', async () => {
  await api.configure('back', 'again');
  const place = { service: 'back', environment: 'again', artifact };
  const post = (path: string, body: object) => api.call().post(path).send(body);
  const deploy = async (version: string) => (await post('/v1/deployments', { ...place, version })).body.id;
  await worker.succeed(await deploy('1'));
  const [{ snapshot }] = (await read('/v1/environments/again/snapshots'))['items'] as [{ snapshot: string }];
  await worker.succeed(await deploy('2'));
  await worker.rollBack(await deploy('1'));

  const { id } = (await post('/v1/environments/again/restore', { snapshot, reason: 'It was the network' }))
    .body;

  await expect.poll(async () => (await membersOf(id))[0]?.['state']).toBe('queued');
});

test('what somebody may not see is not named to them when they may not restore or clone it', async () => {
  await api.configure('seen', 'shared');
  await api.configure('unseen', 'shared');
  const post = (path: string, body: object, token?: string) => api.call(token).post(path).send(body);
  for (const service of ['seen', 'unseen'])
    for (const version of ['1', '2']) {
      const asked = { service, environment: 'shared', version, artifact };
      await worker.succeed((await post('/v1/deployments', asked)).body.id);
    }
  const { items } = (await read('/v1/environments/shared/snapshots')) as { items: { snapshot: string }[] };
  const rules = [
    { effect: 'allow', verbs: ['view', 'deploy'], service: 'seen' },
    { effect: 'allow', verbs: ['edit'], environment: 'copy' },
  ];
  const { token } = (await post('/v1/tokens', { name: 'narrow', rules })).body;

  const first = items[items.length - 3]?.snapshot;
  const restored = await post('/v1/environments/shared/restore', { snapshot: first, reason: 'x' }, token);
  const cloned = await post('/v1/environments/shared/clone', { name: 'copy', ttlMs: 3_600_000 }, token);
  for (const answer of [restored, cloned]) {
    expect(answer).toMatchObject({ status: 403, body: { code: 'access.denied' } });
    expect(answer.text).not.toContain('unseen');
  }
});
