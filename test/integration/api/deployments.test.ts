import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDeployments } from '../../../src/shared/store/deployments.js';
import { keysOf } from '../../../src/shared/store/keys.js';
import { ARTIFACT, TARGET, useApi } from '../../support/api.js';
import { anyText, textWith } from '../../support/caller.js';
import { createHandWorker } from '../../support/hand-worker.js';

const api = useApi({ BEANPOD_QUEUE_PER_TARGET: '3' });
let worker: ReturnType<typeof createHandWorker>;
beforeAll(async () => {
  await api.start();
  worker = createHandWorker(api.redis);
});
afterAll(async () => {
  expect(
    await createDeployments(api.redis.client, api.redis.namespace, { perTarget: 1, live: 1 }).audit(),
  ).toEqual([]);
  await api.stop();
});

let services = 0;
/** A target of its own for a test, and how to ask for deployments on it. */
async function freshTarget(target: object = TARGET) {
  services += 1;
  const service = `service-${services}`;
  await api.configure(service, 'staging', target);
  return {
    service,
    post: (version: string, more: object = {}, headers: Record<string, string> = {}) =>
      api
        .call()
        .post('/v1/deployments')
        .set(headers)
        .send({ service, environment: 'staging', version, artifact: ARTIFACT, ...more }),
  };
}

describe('a request to deploy', () => {
  test('is accepted with 202, Location and the deployment, which can be read there', async () => {
    const { post, service } = await freshTarget();

    const answer = await post('118', { message: 'Why', commit: 'abcdef0', ci: { name: 'jenkins' } });

    expect(answer.status).toBe(202);
    expect(answer.headers['location']).toBe(`/v1/deployments/${answer.body.id}`);
    expect(answer.headers['retry-after']).toBe('2');
    expect(answer.body).toMatchObject({
      state: 'queued',
      terminal: false,
      service,
      environment: 'staging',
      version: '118',
      kind: 'deploy',
      actor: 'admin',
      message: 'Why',
      commit: 'abcdef0',
      ci: { name: 'jenkins' },
      wrote: false,
      queue: { ahead: 0 },
    });
    const read = await api.call().get(answer.headers['location'] ?? '');
    expect(read.body).toEqual(answer.body);
  });

  test('says how many are before it, and is refused when too many wait', async () => {
    const { post } = await freshTarget();

    const answers = [];
    for (const version of ['1', '2', '3', '4', '5']) answers.push(await post(version));

    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 409]);
    expect(answers.slice(0, 4).map(({ body }) => body.queue.ahead)).toEqual([0, 1, 2, 3]);
    expect(answers[4]?.body).toMatchObject({
      code: 'target.full',
      detail: textWith('3 deployments'),
    });
  });

  test('with onBusy reject is refused while another one is under way, which the answer names', async () => {
    const { post } = await freshTarget();
    const first = await post('1');

    const second = await post('2', { onBusy: 'reject' });

    expect([second.status, second.body.code]).toEqual([409, 'target.busy']);
    expect(second.body.detail).toContain(first.body.id);
  });

  test('with onBusy supersede replaces those in line', async () => {
    const { post } = await freshTarget({ ...TARGET, policy: { onBusy: 'supersede' } });
    const running = await post('1');
    const waiting = await post('2');

    const latest = await post('3');

    expect(latest.body.queue.ahead).toBe(1);
    const replaced = await api.call().get(`/v1/deployments/${waiting.body.id}`);
    expect(replaced.body).toMatchObject({ state: 'superseded', terminal: true });
    expect((await api.call().get(`/v1/deployments/${running.body.id}`)).body.state).toBe('queued');
  });
});

describe('an idempotency key', () => {
  test('makes one deployment of 50 requests at once', async () => {
    const { post, service } = await freshTarget();

    const answers = await Promise.all(
      Array.from({ length: 50 }, () => post('1', {}, { 'idempotency-key': 'fifty at once' })),
    );

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers['idempotency-replayed'] === 'true')).toHaveLength(49);
    const list = await api.call().get(`/v1/deployments?service=${service}`);
    expect(list.body.items).toHaveLength(1);
    expect(await api.redis.client.zcard(`${keysOf(api.redis.namespace).root}:index:service:${service}`)).toBe(
      1,
    );
  });

  test('makes one deployment of requests to two processes', async () => {
    const { service } = await freshTarget();
    const other = await api.startAnother();
    try {
      const body = JSON.stringify({ service, environment: 'staging', version: '1', artifact: ARTIFACT });
      const headers = {
        'content-type': 'application/json',
        authorization: `Bearer ${api.token}`,
        'idempotency-key': 'two processes',
      };
      const ask = async (url: string) => {
        const answer = await fetch(`${url}/v1/deployments`, { method: 'POST', headers, body });
        return ((await answer.json()) as { id: string }).id;
      };

      const ids = await Promise.all([api.url, other.url, api.url, other.url].map(ask));

      expect(new Set(ids).size).toBe(1);
    } finally {
      await other.close();
    }
  });

  test('answers the same deployment for the same body in another order, and refuses another body', async () => {
    const { post, service } = await freshTarget();
    const key = { 'idempotency-key': 'once' };
    const first = await post('1', { message: 'x' }, key);

    const reordered = await api
      .call()
      .post('/v1/deployments')
      .set(key)
      .send({ message: 'x', artifact: ARTIFACT, version: '1', environment: 'staging', service });
    const other = await post('2', { message: 'x' }, key);

    expect(reordered.body.id).toBe(first.body.id);
    expect([other.status, other.body.code]).toEqual([422, 'idempotency.conflict']);
    expect(other.body.detail).toContain(first.body.id);
  });

  test('belongs to its token: another caller may use the same one', async () => {
    const { post, service } = await freshTarget();
    const made = await api.call().post('/v1/tokens').send({ name: 'jenkins', role: 'deploy' });
    const first = await post('1', {}, { 'idempotency-key': 'shared' });

    const second = await api
      .call(made.body.token)
      .post('/v1/deployments')
      .set('idempotency-key', 'shared')
      .send({ service, environment: 'staging', version: '1', artifact: ARTIFACT });

    expect(second.status).toBe(202);
    expect(second.body).toMatchObject({ actor: 'jenkins' });
    expect(second.body.id).not.toBe(first.body.id);
  });

  test('of a refused request is free for the next one', async () => {
    const { post } = await freshTarget();
    const key = { 'idempotency-key': 'second try' };
    const refused = await post('1', { environment: 'moon' }, key);

    const accepted = await post('1', {}, key);

    expect([refused.status, accepted.status]).toEqual([404, 202]);
  });
});

describe('reading', () => {
  test('answers 304 while nothing has changed, and again 200 with another ETag', async () => {
    const { post } = await freshTarget();
    const { body } = await post('1');
    const path = `/v1/deployments/${body.id}`;
    const first = await api.call().get(path);
    const etag = first.headers['etag'] ?? '';

    const same = await api.call().get(path).set('if-none-match', etag);
    await worker.save(body.id, { name: 'preparing' });
    const changed = await api.call().get(path).set('if-none-match', etag);

    expect([same.status, changed.status]).toEqual([304, 200]);
    expect(changed.headers['etag']).not.toBe(etag);
    expect(changed.body).toMatchObject({ state: 'preparing', attempts: 1, startedAt: anyText });
  });

  test('with wait is held back until the state changes', async () => {
    const { post } = await freshTarget();
    const { body } = await post('1');
    let answered = false;
    const waiting = api
      .call()
      .get(`/v1/deployments/${body.id}?wait=50`)
      .then((answer) => {
        answered = true;
        return answer;
      });
    await api.call().get('/v1/services');
    expect(answered).toBe(false);

    await worker.save(body.id, { name: 'preparing' });

    expect((await waiting).body.state).toBe('preparing');
  });

  test('with Prefer: wait and an ETag is held back until anything changes', async () => {
    const { post } = await freshTarget();
    const { body } = await post('1');
    await worker.save(body.id, { name: 'deploying', step: 0, wrote: false });
    const path = `/v1/deployments/${body.id}`;
    const { headers } = await api.call().get(path);

    const waiting = api
      .call()
      .get(path)
      .set('if-none-match', headers['etag'] ?? '')
      .set('prefer', 'wait=50');
    const [answer] = await Promise.all([
      waiting,
      worker.save(body.id, { name: 'deploying', step: 1, wrote: true }),
    ]);

    expect(answer.status).toBe(200);
    expect(answer.headers['preference-applied']).toBe('wait=50');
    expect(answer.body).toMatchObject({ state: 'deploying', wrote: true });
  });

  test('of an ended deployment never waits and says nothing of trying again', async () => {
    const { post } = await freshTarget();
    const { body } = await post('1');
    await worker.rollBack(body.id);

    const answer = await api.call().get(`/v1/deployments/${body.id}?wait=50`);

    expect(answer.body).toMatchObject({
      state: 'rolled_back',
      terminal: true,
      wrote: true,
      rollback: { outcome: 'done' },
      failure: { code: 'health.degraded', blame: 'release', detail: '2 of 2 instances are red' },
    });
    expect(answer.headers).not.toHaveProperty('retry-after');
  });
});

describe('the list', () => {
  test('is newest first, in pages that neither repeat nor skip while new ones come', async () => {
    const { post, service } = await freshTarget();
    const other = await freshTarget();
    const ids: string[] = [];
    for (const version of ['1', '2', '3']) ids.unshift((await post(version)).body.id);
    await other.post('1');

    const first = await api.call().get(`/v1/deployments?service=${service}&limit=2`);
    await post('4');
    const next = /^<([^>]+)>; rel="next"$/.exec(first.headers['link'] ?? '')?.[1] ?? '';
    const second = await api.call().get(next);

    const seen = [...first.body.items, ...second.body.items].map((item) => item.id);
    expect(seen).toEqual(ids);
    expect(second.body.nextCursor).toBeUndefined();
  });

  test('is filtered by environment and by any of several states', async () => {
    const { post, service } = await freshTarget();
    const done = (await post('1')).body.id;
    await worker.succeed(done);
    const waiting = (await post('2')).body.id;
    const ids = async (query: string) =>
      (await api.call().get(`/v1/deployments?service=${service}${query}`)).body.items.map((item) => item.id);

    expect(await ids('&state=succeeded')).toEqual([done]);
    expect(await ids('&state=queued&environment=staging')).toEqual([waiting]);
    expect(await ids('&state=queued&state=succeeded')).toEqual([waiting, done]);
    expect(await ids('&environment=moon')).toEqual([]);
  });
});

describe('cancelling', () => {
  test('ends what nobody has started, at once', async () => {
    const { post } = await freshTarget();
    const { body } = await post('1');

    const answer = await api
      .call()
      .post(`/v1/deployments/${body.id}/cancel`)
      .send({ reason: 'Wrong version' });

    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ state: 'cancelled', terminal: true });
    expect(answer.body.failure.detail).toContain('Wrong version');
  });

  test('of what a worker has is a wish, which the answer shows', async () => {
    const { post } = await freshTarget();
    const { body } = await post('1');
    await worker.save(body.id, { name: 'preparing' });

    const answer = await api.call().post(`/v1/deployments/${body.id}/cancel`);

    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({ state: 'preparing', cancel: { by: 'admin' } });
  });

  test('of what has ended is refused', async () => {
    const { post } = await freshTarget();
    const { body } = await post('1');
    await worker.succeed(body.id);

    const answer = await api.call().post(`/v1/deployments/${body.id}/cancel`);

    expect([answer.status, answer.body.code]).toEqual([409, 'deployment.ended']);
  });
});
