import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useApi } from '../../support/api.js';
import { createHandWorker } from '../../support/hand-worker.js';

const api = useApi();
let worker: ReturnType<typeof createHandWorker>;
beforeAll(async () => {
  await api.start();
  worker = createHandWorker(api.redis);
});
afterAll(() => api.stop());

interface Member {
  readonly service: string;
  readonly state: string;
  readonly deployment?: string;
  readonly rollback?: string;
  readonly rollbackRefused?: string;
}
interface Release {
  readonly id: string;
  readonly state: string;
  readonly members: readonly Member[];
}
interface Snapshot {
  readonly snapshot: string;
  readonly ended: string;
}

const artifact = (service: string, version: string) => ({
  type: 's3',
  bucket: 'ci-artifacts',
  key: `${service}/${version}.zip`,
});

const post = (path: string, body: object) => api.call().post(path).send(body);
const get = async <T>(path: string) => (await api.call().get(path)).body as unknown as T;
const release = (id: string) => get<Release>(`/v1/releases/${id}`);
const member = async (id: string, at: number) => (await release(id)).members[at];

async function deploy(service: string, environment: string, version: string): Promise<string> {
  const answer = await post('/v1/deployments', {
    service,
    environment,
    version,
    artifact: artifact(service, version),
  });
  expect(answer.status, answer.text).toBe(202);
  return answer.body.id;
}

/** Waits until a member has a deployment, and ends it as a worker would. */
async function end(id: string, at: number, how: 'succeed' | 'rollBack' = 'succeed'): Promise<void> {
  await expect.poll(async () => (await member(id, at))?.deployment).toBeDefined();
  await worker[how]((await member(id, at))?.deployment ?? '');
}

const stateOf = (id: string) => expect.poll(async () => (await release(id)).state);

describe('a release', () => {
  test('starts its members in their order, and is one thing with one end', async () => {
    for (const service of ['db', 'web', 'job']) await api.configure(service, 'one');
    const members = ['web', 'db', 'job'].map((service, order) => ({
      service,
      environment: 'one',
      version: '1',
      artifact: artifact(service, '1'),
      order: order === 1 ? 0 : 1,
    }));
    const { status, body } = await post('/v1/releases', { members, message: 'Release 42' });

    expect(status).toBe(202);
    await end(body.id, 1);
    await end(body.id, 0);
    expect((await release(body.id)).state).toBe('running');
    await end(body.id, 2);
    await stateOf(body.id).toBe('succeeded');
    const first = (await member(body.id, 0))?.deployment ?? '';
    expect(await get(`/v1/deployments/${first}`)).toMatchObject({ release: body.id, message: 'Release 42' });
  });

  test('with a failure in the middle stops, and skips the rest', async () => {
    const members = await twenty('stopping');
    const { body } = await post('/v1/releases', { members, onFailure: 'stop' });
    for (let at = 0; at < 10; at += 1) await end(body.id, at, at === 9 ? 'rollBack' : 'succeed');

    await stateOf(body.id).toBe('failed');
    const states = (await release(body.id)).members.map(({ state }) => state);
    expect(states.slice(0, 10)).toEqual([...Array<string>(9).fill('succeeded'), 'rolled_back']);
    expect(states.slice(10)).toEqual(Array<string>(10).fill('skipped'));
  });

  test('with a failure in the middle takes back what succeeded, the last first, and skips the rest', async () => {
    const members = await twenty('returning');
    for (const { service } of members.slice(0, 10)) await worker.succeed(await deploy(service, 'many', '0'));
    const { body } = await post('/v1/releases', { members, onFailure: 'rollback' });
    for (let at = 0; at < 10; at += 1) await end(body.id, at, at === 9 ? 'rollBack' : 'succeed');
    for (let at = 8; at >= 0; at -= 1) {
      await expect.poll(async () => (await member(body.id, at))?.rollback).toBeDefined();
      await worker.succeed((await member(body.id, at))?.rollback ?? '');
    }

    await stateOf(body.id).toBe('rolled_back');
    const ended = (await release(body.id)).members;
    expect(ended.slice(9).map(({ state }) => state)).toEqual([
      'rolled_back',
      ...Array<string>(10).fill('skipped'),
    ]);
    const status = await get<{ services: { service: string; running?: { version: string } }[] }>(
      '/v1/environments/many/status',
    );
    const running = status.services.filter(({ service }) => service.startsWith('returning-'));
    expect(new Set(running.map(({ running: now }) => now?.version))).toEqual(new Set(['0', undefined]));
  });

  test('with a failure in the middle goes on when it should, and has failed all the same', async () => {
    const members = await twenty('going-on');
    const { body } = await post('/v1/releases', { members, onFailure: 'continue' });
    for (let at = 0; at < 20; at += 1) await end(body.id, at, at === 9 ? 'rollBack' : 'succeed');

    await stateOf(body.id).toBe('failed');
    const states = (await release(body.id)).members.map(({ state }) => state);
    expect(states).toEqual(states.map((_, at) => (at === 9 ? 'rolled_back' : 'succeeded')));
  });

  test('takes back what succeeded when it should, each to what ran before', async () => {
    for (const service of ['left', 'right']) {
      await api.configure(service, 'back');
      await worker.succeed(await deploy(service, 'back', '1'));
    }
    const members = ['left', 'right'].map((service) => ({
      service,
      environment: 'back',
      version: '2',
      artifact: artifact(service, '2'),
    }));
    const { body } = await post('/v1/releases', { members, onFailure: 'rollback' });
    await end(body.id, 0);
    await end(body.id, 1, 'rollBack');
    await expect.poll(async () => (await member(body.id, 0))?.rollback).toBeDefined();
    const back = (await member(body.id, 0))?.rollback ?? '';
    expect(await get(`/v1/deployments/${back}`)).toMatchObject({ kind: 'rollback', version: '1' });
    await worker.succeed(back);

    await stateOf(body.id).toBe('rolled_back');
  });

  test('says that it could not take back what had nothing before it', async () => {
    for (const service of ['new', 'bad']) await api.configure(service, 'first');
    const members = ['new', 'bad'].map((service, order) => ({
      service,
      environment: 'first',
      version: '1',
      artifact: artifact(service, '1'),
      order,
    }));
    const { body } = await post('/v1/releases', { members, onFailure: 'rollback' });
    await end(body.id, 0);
    await end(body.id, 1, 'rollBack');

    await stateOf(body.id).toBe('rollback_failed');
    expect((await member(body.id, 0))?.rollbackRefused).toMatch(/Nothing succeeded/);
  });

  test('is cancelled with those of its members that run', async () => {
    const members = (await twenty('cancelled')).slice(0, 2);
    const { body } = await post('/v1/releases', { members });
    await expect.poll(async () => (await member(body.id, 0))?.deployment).toBeDefined();
    expect((await post(`/v1/releases/${body.id}/cancel`, { reason: 'typo' })).status).toBe(202);

    await stateOf(body.id).toBe('cancelled');
    expect((await release(body.id)).members.map(({ state }) => state)).toEqual(['cancelled', 'skipped']);
    expect((await post(`/v1/releases/${body.id}/cancel`, {})).body).toMatchObject({ code: 'release.ended' });
  });

  test('is refused as a whole, with every member that cannot be deployed', async () => {
    await api.configure('there', 'one');
    const refused = await post('/v1/releases', {
      members: [
        { service: 'there', environment: 'one', version: '1', artifact: artifact('there', '1') },
        { service: 'there', environment: 'two', version: '1', artifact: artifact('there', '1') },
        { service: 'web', environment: 'one', version: 'unregistered' },
      ],
    });
    const twice = await post('/v1/releases', {
      members: [1, 2].map(() => ({ service: 'there', environment: 'one', version: '1' })),
    });

    expect(refused.status).toBe(422);
    expect(refused.body).toMatchObject({
      code: 'release.invalid',
      errors: expect.arrayContaining([
        expect.objectContaining({ pointer: '/members/1' }),
        expect.objectContaining({ pointer: '/members/2' }),
      ]) as unknown,
    });
    expect(twice.body).toMatchObject({ errors: [{ pointer: '/members/1' }] });
  });
});

describe('snapshots of an environment', () => {
  test('show what ran after each deployment, and a restore brings all of it back', async () => {
    const environment = 'whole';
    const services = ['a', 'b', 'c', 'd', 'e', 'f'];
    for (const service of services) {
      await api.configure(service, environment);
      await worker.succeed(await deploy(service, environment, '1'));
    }
    const [first] = await snapshotsOf(environment);
    if (!first) throw new Error('There is no snapshot');
    for (const [at, service] of ['b', 'e', 'b', 'f'].entries())
      await worker.succeed(await deploy(service, environment, `${at + 2}`));
    const diff = await get<{ services: { service: string; change: string }[] }>(
      `/v1/environments/${environment}/diff?from=${first.snapshot}`,
    );

    expect((await snapshotsOf(environment)).length).toBe(10);
    expect(diff.services.filter(({ change }) => change !== 'same')).toMatchObject([
      { service: 'b', change: 'version' },
      { service: 'e', change: 'version' },
      { service: 'f', change: 'version' },
    ]);
    const { status, body } = await post(`/v1/environments/${environment}/restore`, {
      snapshot: first.snapshot,
      reason: 'Back to Monday',
    });
    expect(status).toBe(202);
    for (const at of [0, 1, 2]) await end(body.id, at);
    await stateOf(body.id).toBe('succeeded');
    expect((await snapshotsOf(environment))[0]?.snapshot).toBe(first.snapshot);
    expect(
      (await post(`/v1/environments/${environment}/restore`, { snapshot: first.snapshot, reason: 'again' }))
        .body,
    ).toMatchObject({ code: 'restore.needless' });
  });

  test('tell another configuration of the same version apart, and what nobody knows', async () => {
    await api.configure('x', 'told');
    await worker.succeed(await deploy('x', 'told', '1'));
    await api
      .call()
      .put('/v1/targets/x/told')
      .send({
        provider: 'elastic-beanstalk',
        spec: { application: 'shop', environment: 'other', region: 'eu-central-1' },
      });
    await worker.succeed(await deploy('x', 'told', '1'));
    const [after, before] = await snapshotsOf('told');
    const diff = await get(`/v1/environments/told/diff?from=${before?.snapshot}&to=${after?.snapshot}`);

    expect(diff).toMatchObject({ services: [{ service: 'x', change: 'configuration' }] });
    const bad = await deploy('x', 'told', '2');
    await worker.save(bad, {
      name: 'failed',
      wrote: true,
      failure: { code: 'eb.gone', title: 't', blame: 'platform', detail: 'd', hint: 'h' },
    });
    expect(await get(`/v1/environments/told/status`)).toMatchObject({
      services: [
        { service: 'x', running: { version: '1', certain: false }, last: { version: '2', state: 'failed' } },
      ],
    });
  });

  test('that are unknown are refused', async () => {
    await api.configure('x', 'told');
    const unknown = '0'.repeat(40);

    expect((await api.call().get(`/v1/environments/told/snapshots/${unknown}`)).body).toMatchObject({
      code: 'snapshot.unknown',
    });
  });
});

describe('a version that was rolled back', () => {
  test('is refused on its target until another one has succeeded or somebody says why', async () => {
    await api.configure('held', 'one');
    await worker.succeed(await deploy('held', 'one', '1'));
    await worker.rollBack(await deploy('held', 'one', '2'));
    const again = (more: object = {}) =>
      post('/v1/deployments', {
        service: 'held',
        environment: 'one',
        version: '2',
        artifact: artifact('held', '2'),
        ...more,
      });

    expect((await again()).body).toMatchObject({ status: 409, code: 'target.held' });
    expect(await get('/v1/environments/one/status')).toMatchObject({
      services: expect.arrayContaining([
        expect.objectContaining({
          service: 'held',
          failed: expect.objectContaining({ version: '2' }) as unknown,
        }),
      ]) as unknown,
    });
    const retried = await again({ retry: 'The database is back' });
    expect(retried.status).toBe(202);
    await worker.rollBack(retried.body.id);
    await worker.succeed(await deploy('held', 'one', '3'));
    expect((await again()).status).toBe(202);
  });
});

async function twenty(prefix: string) {
  const members = [];
  for (let at = 0; at < 20; at += 1) {
    const service = `${prefix}-${at}`;
    await api.configure(service, 'many');
    members.push({ service, environment: 'many', version: '1', artifact: artifact(service, '1'), order: at });
  }
  return members;
}

async function snapshotsOf(environment: string): Promise<readonly Snapshot[]> {
  return (await get<{ items: Snapshot[] }>(`/v1/environments/${environment}/snapshots`)).items;
}
