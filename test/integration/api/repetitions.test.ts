import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLeases } from '../../../src/shared/store/lease.js';
import { keysOf } from '../../../src/shared/store/keys.js';
import { TARGET, useApi } from '../../support/api.js';
import { textWith } from '../../support/caller.js';
import { createHandWorker } from '../../support/hand-worker.js';

const api = useApi();
let worker: ReturnType<typeof createHandWorker>;
beforeAll(async () => {
  await api.start();
  worker = createHandWorker(api.redis);
});
afterAll(() => api.stop());

let services = 0;
async function freshTarget() {
  services += 1;
  const service = `service-${services}`;
  await api.configure(service);
  const artifact = (version: string) => ({
    type: 's3',
    bucket: 'ci-artifacts',
    key: `${service}/${version}.zip`,
  });
  const deploy = async (version: string) =>
    (
      await api
        .call()
        .post('/v1/deployments')
        .send({ service, environment: 'staging', version, artifact: artifact(version) })
    ).body.id;
  return {
    service,
    artifact,
    deploy,
    async succeed(version: string): Promise<string> {
      const id = await deploy(version);
      await worker.succeed(id);
      return id;
    },
  };
}

const post = (path: string, body: object = {}, headers: Record<string, string> = {}) =>
  api.call().post(path).set(headers).send(body);
const rollBack = (id: string, body: object = { reason: 'Customers cannot pay' }) =>
  post(`/v1/deployments/${id}/rollback`, body);
const inputOf = async (id: string) =>
  (await createLeases(api.redis.client, api.redis.namespace, 1_000, 1_000).work(id)).input;

describe('a rollback of a deployment', () => {
  test('deploys what ran before it, as it was then', async () => {
    const { service, succeed, artifact } = await freshTarget();
    await succeed('v1');
    const bad = await succeed('v2');
    const spec = { ...TARGET.spec, environment: 'shop-of-later' };
    await api
      .call()
      .put(`/v1/targets/${service}/staging`)
      .send({ ...TARGET, spec });

    const answer = await rollBack(bad);

    expect(answer.status).toBe(202);
    expect(answer.headers['location']).toBe(`/v1/deployments/${answer.body.id}`);
    expect(answer.body).toMatchObject({
      kind: 'rollback',
      of: bad,
      version: 'v1',
      message: 'Customers cannot pay',
      actor: 'admin',
      state: 'queued',
    });
    expect(await inputOf(answer.body.id)).toMatchObject({ artifact: artifact('v1'), spec: TARGET.spec });
  });

  test('passes over what was rolled back by itself, and goes further back each time', async () => {
    const { succeed, deploy } = await freshTarget();
    await succeed('v1');
    const second = await succeed('v2');
    await worker.rollBack(await deploy('v3'));
    const fourth = await succeed('v4');

    expect((await rollBack(fourth)).body).toMatchObject({ version: 'v2' });
    expect((await rollBack(second)).body).toMatchObject({ version: 'v1' });
  });

  test('goes by what ran, not by what was accepted first', async () => {
    const { service, artifact, succeed, deploy } = await freshTarget();
    const running = await deploy('v1');
    const patient = await deploy('v2');
    const urgent = (
      await post('/v1/deployments', {
        service,
        environment: 'staging',
        version: 'v3',
        artifact: artifact('v3'),
        priority: 'high',
      })
    ).body.id;
    // What ran when is told by the millisecond, and a hand-driven deployment may take less.
    for (const each of [running, urgent, patient]) {
      await worker.succeed(each);
      await pause(5);
    }
    await succeed('v4');

    expect((await rollBack(patient)).body).toMatchObject({ version: 'v3' });
    expect((await rollBack(urgent)).body).toMatchObject({ version: 'v1' });
  });

  test('needs a reason, and refuses what it does not know', async () => {
    const { succeed } = await freshTarget();
    const id = await succeed('v1');

    const refused = await rollBack(id, { force: true });

    expect(refused.status).toBe(422);
    expect(refused.body.errors?.map(({ pointer }) => pointer).sort()).toEqual(['/force', '/reason']);
    expect((await rollBack('01kaqv9zc3h8m2x6y7w4t5r0pn')).status).toBe(404);
  });

  test('is refused while it runs, when it left nothing, and when nothing ran before, and stores nothing then', async () => {
    const { service, deploy } = await freshTarget();
    const first = await deploy('v1');
    const live = await rollBack(first);
    await worker.succeed(first);
    const nothingBefore = await rollBack(first);
    const undone = await deploy('v2');
    await worker.rollBack(undone);
    const nothingLeft = await rollBack(undone);

    expect([live, nothingBefore, nothingLeft].map(({ status, body }) => [status, body.code])).toEqual([
      [409, 'deployment.unended'],
      [409, 'rollback.unknown'],
      [409, 'rollback.needless'],
    ]);
    expect((await api.call().get(`/v1/deployments?service=${service}`)).body.items).toHaveLength(2);
  });

  test('is one deployment for one idempotency key', async () => {
    const { succeed } = await freshTarget();
    await succeed('v1');
    const bad = await succeed('v2');
    const ask = (reason: string) =>
      post(`/v1/deployments/${bad}/rollback`, { reason }, { 'idempotency-key': `rollback of ${bad}` });

    const [first, second, other] = [await ask('Why'), await ask('Why'), await ask('Why not')];

    expect(second.body.id).toBe(first.body.id);
    expect(second.headers['idempotency-replayed']).toBe('true');
    expect([other.status, other.body.code]).toEqual([422, 'idempotency.conflict']);
  });
});

describe('a redeployment', () => {
  test('repeats version, artifact and spec of any deployment, also one that failed', async () => {
    const { succeed, deploy, artifact } = await freshTarget();
    await succeed('v1');
    const bad = await deploy('v2');
    await worker.rollBack(bad);

    const withoutReason = await post(`/v1/deployments/${bad}/redeploy`);
    const answer = await post(`/v1/deployments/${bad}/redeploy`, { reason: 'The database is back' });

    expect([withoutReason.status, withoutReason.body.code]).toEqual([409, 'target.held']);
    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({
      kind: 'redeploy',
      of: bad,
      version: 'v2',
      message: 'The database is back',
    });
    expect(await inputOf(answer.body.id)).toMatchObject({ artifact: artifact('v2'), spec: TARGET.spec });
  });

  test('of a deployment that somebody cancelled needs no reason: nothing is wrong with its version', async () => {
    const { succeed, deploy } = await freshTarget();
    await succeed('v1');
    const stopped = await deploy('v2');
    await worker.cancel(stopped);

    const again = await post(`/v1/deployments/${stopped}/redeploy`);

    expect(again.status).toBe(202);
    expect(again.body).toMatchObject({ version: 'v2', of: stopped });
  });

  test('needs no body, and waits in line like any other', async () => {
    const { succeed, deploy } = await freshTarget();
    const first = await succeed('v1');
    await deploy('v2');

    const answer = await api.call().post(`/v1/deployments/${first}/redeploy`);

    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({ version: 'v1', queue: { ahead: 1 } });
  });

  test('is refused when what it was made of is gone, or belongs to another provider', async () => {
    const { service, succeed } = await freshTarget();
    const id = await succeed('v1');
    const work = keysOf(api.redis.namespace).work(id);
    const kept = await api.redis.client.hget(work, 'input');
    await api.redis.client.del(work);

    const forgotten = await post(`/v1/deployments/${id}/redeploy`);
    await api.redis.client.hset(work, 'input', kept ?? '');
    const spec = {
      cluster: { type: 'kubeconfig', kubeconfig: 'env:BEANPOD_SECRET_SIM' },
      namespace: 'shop',
      manifests: 'apiVersion: v1',
    };
    const moved = await api
      .call()
      .put(`/v1/targets/${service}/staging`)
      .send({ provider: 'kubernetes', spec });
    const outdated = await post(`/v1/deployments/${id}/redeploy`);

    expect([forgotten.status, forgotten.body.code]).toEqual([409, 'repetition.forgotten']);
    expect(moved.status, moved.text).toBe(200);
    expect([outdated.status, outdated.body.code]).toEqual([409, 'repetition.outdated']);
    expect(outdated.body).toMatchObject({ detail: textWith('is on kubernetes now') });
  });
});
