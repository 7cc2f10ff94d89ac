import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TARGET, useApi } from '../../support/api.js';
import { pointersOf, textWith } from '../../support/caller.js';
import { keysOf } from '../../../src/shared/store/keys.js';

const api = useApi();
beforeAll(() => api.start());
afterAll(() => api.stop());

const revision = () => api.redis.client.hget(keysOf(api.redis.namespace).configuration, 'revision');

describe('services and environments', () => {
  test('are registered with 201, changed with 200 and read back as they were sent', async () => {
    const created = await api.call().put('/v1/services/basket').send({ description: 'Baskets' });
    const changed = await api.call().put('/v1/services/basket').send({ description: 'All baskets' });
    const read = await api.call().get('/v1/services/basket');

    expect(created.status).toBe(201);
    expect(created.body).toEqual({ service: 'basket', description: 'Baskets' });
    expect(changed.status).toBe(200);
    expect(read.body).toEqual({ service: 'basket', description: 'All baskets' });
  });

  test('keep the revision when a PUT changes nothing, also with another order of keys', async () => {
    await api.call().put('/v1/services/same').send({ description: 'x', repository: 'y' });
    const before = await revision();

    const again = await api.call().put('/v1/services/same').send({ repository: 'y', description: 'x' });

    expect(again.status).toBe(200);
    expect(await revision()).toBe(before);
  });

  test('are not removed while a target uses them, and then are', async () => {
    await api.configure('used', 'used-env');

    const service = await api.call().delete('/v1/services/used');
    const environment = await api.call().delete('/v1/environments/used-env');

    expect([service.status, service.body.code]).toEqual([409, 'configuration.used']);
    expect(service.body.detail).toContain('used/used-env');
    expect(environment.status).toBe(409);

    expect((await api.call().delete('/v1/targets/used/used-env')).status).toBe(204);
    expect((await api.call().delete('/v1/services/used')).status).toBe(204);
    expect((await api.call().delete('/v1/environments/used-env')).status).toBe(204);
    expect((await api.call().get('/v1/services/used')).status).toBe(404);
  });

  test('come in pages by name, with a cursor and a Link that lead to the next', async () => {
    for (const name of ['page-a', 'page-b', 'page-c'])
      await api.call().put(`/v1/environments/${name}`).send({});

    const names: string[] = [];
    let path: string | undefined = '/v1/environments?limit=2';
    while (path !== undefined) {
      const page = await api.call().get(path);
      names.push(...page.body.items.map((item) => item.environment));
      path = /^<([^>]+)>; rel="next"$/.exec(page.headers['link'] ?? '')?.[1];
      expect(page.body.nextCursor === undefined).toBe(path === undefined);
    }

    expect(names).toEqual([...names].sort());
    expect(names).toEqual(expect.arrayContaining(['page-a', 'page-b', 'page-c']));
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('targets', () => {
  test('need their service and their environment', async () => {
    await api.call().put('/v1/services/lonely').send({});

    const noEnvironment = await api.call().put('/v1/targets/lonely/nowhere').send(TARGET);
    const noService = await api.call().put('/v1/targets/nobody/nowhere').send(TARGET);

    expect([noEnvironment.status, noEnvironment.body.code]).toEqual([404, 'environment.unknown']);
    expect([noService.status, noService.body.code]).toEqual([404, 'service.unknown']);
  });

  test('are judged by the schema of their provider, with pointers into the request', async () => {
    await api.configure('judged');
    const spec = { application: 'shop', environment: 'x', colour: 'red' };

    const answer = await api
      .call()
      .put('/v1/targets/judged/staging')
      .send({ provider: 'elastic-beanstalk', spec });

    expect(answer.status).toBe(422);
    expect(pointersOf(answer)).toEqual(['/spec/colour', '/spec/environment', '/spec/region']);
  });

  test('of a provider that nobody knows are refused with the ones there are', async () => {
    const answer = await api.call().put('/v1/targets/shop/staging').send({ provider: 'abacus', spec: {} });

    expect(answer.status).toBe(422);
    expect(answer.body.errors).toEqual([{ pointer: '/provider', detail: textWith('elastic-beanstalk') }]);
  });

  test('name what is wrong with a check by the branch of its type alone', async () => {
    const verify = { checks: [{ type: 'http', url: '/health', port: 1 }] };

    const answer = await api
      .call()
      .put('/v1/targets/shop/staging')
      .send({ ...TARGET, verify });

    expect(answer.body.errors).toEqual([{ pointer: '/verify/checks/0/port', detail: 'is not a known key' }]);
  });

  test('are filtered by service and environment', async () => {
    await api.configure('filter-a', 'filter-x');
    await api.configure('filter-b', 'filter-x');

    const one = await api.call().get('/v1/targets?service=filter-a');
    const both = await api.call().get('/v1/targets?environment=filter-x');

    expect(one.body.items).toEqual([{ service: 'filter-a', environment: 'filter-x', ...TARGET }]);
    expect(both.body.items).toHaveLength(2);
  });

  test('cannot be removed while a deployment is under way on them', async () => {
    await api.configure('busy', 'busy-env');
    const artifact = { type: 'image', image: 'registry.example.com/a:1' };
    const request = { service: 'busy', environment: 'busy-env', version: '1', artifact };
    const { body } = await api.call().post('/v1/deployments').send(request);

    const refused = await api.call().delete('/v1/targets/busy/busy-env');

    expect([refused.status, refused.body.code]).toEqual([409, 'configuration.used']);
    expect(refused.body.detail).toContain(body.id);
  });
});

describe('two processes', () => {
  test('agree: what one of them registers, the other one accepts deployments for at once', async () => {
    const other = await api.startAnother();
    try {
      await api.configure('fresh', 'fresh-env');

      const answer = await fetch(`${other.url}/v1/deployments`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${api.token}` },
        body: JSON.stringify({
          service: 'fresh',
          environment: 'fresh-env',
          version: '1',
          artifact: { type: 'image', image: 'a/b:1' },
        }),
      });

      expect(answer.status).toBe(202);
    } finally {
      await other.close();
    }
  });

  test('never accept by a target that the other one has changed: the deployment gets the new one', async () => {
    await api.configure('changing');
    const other = await api.startAnother();
    try {
      await api
        .call()
        .put('/v1/targets/changing/staging')
        .send({ ...TARGET, policy: { onBusy: 'reject' } });

      const body = JSON.stringify({
        service: 'changing',
        environment: 'staging',
        version: '1',
        artifact: { type: 'image', image: 'a/b:1' },
      });
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${api.token}` };
      const statuses = [];
      for (let time = 0; time < 2; time += 1) {
        const answer = await fetch(`${other.url}/v1/deployments`, { method: 'POST', headers, body });
        statuses.push(answer.status);
      }

      expect(statuses).toEqual([202, 409]);
    } finally {
      await other.close();
    }
  });
});

describe('versions', () => {
  const version = (name: string, more: object = {}) => ({
    version: name,
    artifact: { type: 'image', image: `registry.example.com/shop:${name}` },
    ...more,
  });

  test('are registered once; the same content again is no error, other content is', async () => {
    await api.call().put('/v1/services/versioned').send({});
    const path = '/v1/services/versioned/versions';

    const created = await api
      .call()
      .post(path)
      .send(version('1', { branch: 'main' }));
    const same = await api
      .call()
      .post(path)
      .send({ branch: 'main', ...version('1') });
    const other = await api
      .call()
      .post(path)
      .send(version('1', { branch: 'next' }));

    expect([created.status, same.status, other.status]).toEqual([201, 200, 409]);
    expect(same.body).toEqual(created.body);
    expect(other.body.code).toBe('version.conflict');
  });

  test('are found newest first, by branch, start of the commit and text', async () => {
    await api.call().put('/v1/services/found').send({});
    const path = '/v1/services/found/versions';
    const commit = 'abcdef0123456789';
    await api
      .call()
      .post(path)
      .send(version('1', { branch: 'main', commit, message: 'Faster checkout' }));
    await api
      .call()
      .post(path)
      .send(version('2', { branch: 'next', author: 'Ada' }));
    await api
      .call()
      .post(path)
      .send(version('3', { branch: 'main' }));
    const names = async (query: string) =>
      (await api.call().get(path + query)).body.items.map((item) => item.version);

    expect(await names('')).toEqual(['3', '2', '1']);
    expect(await names('?branch=main')).toEqual(['3', '1']);
    expect(await names('?q=abcdef0')).toEqual(['1']);
    expect(await names('?q=CHECKOUT')).toEqual(['1']);
    expect(await names('?q=ada')).toEqual(['2']);
    const page = await api.call().get(`${path}?limit=2`);
    expect(await names(`?limit=2&cursor=${page.body.nextCursor}`)).toEqual(['1']);
  });

  test('let a deployment leave out its artifact, and bring their commit and message along', async () => {
    await api.configure('shortcut');
    await api
      .call()
      .post('/v1/services/shortcut/versions')
      .send(version('7', { commit: 'abcdef0', message: 'Seven' }));
    const request = { service: 'shortcut', environment: 'staging' };

    const known = await api
      .call()
      .post('/v1/deployments')
      .send({ ...request, version: '7' });
    const unknown = await api
      .call()
      .post('/v1/deployments')
      .send({ ...request, version: '8' });

    expect(known.status).toBe(202);
    expect(known.body).toMatchObject({ commit: 'abcdef0', message: 'Seven' });
    expect([unknown.status, unknown.body.code]).toEqual([422, 'version.unregistered']);
  });

  test('of an unknown service are refused', async () => {
    const posted = await api.call().post('/v1/services/unheard-of/versions').send(version('1'));
    const listed = await api.call().get('/v1/services/unheard-of/versions');

    expect([posted.body.code, listed.body.code]).toEqual(['service.unknown', 'service.unknown']);
  });
});
