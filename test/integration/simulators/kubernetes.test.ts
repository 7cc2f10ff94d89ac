import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listAt } from '../../simulators/kubernetes/json.js';
import {
  CONFIG_MAPS,
  configMap,
  deployment,
  DEPLOYMENTS,
  openSession,
  PODS,
  type Session,
} from './kubernetes-session.js';

let session: Session;
beforeAll(async () => {
  session = await openSession();
});
afterAll(() => session.close());

describe('objects', () => {
  it('gives a new object its identity and a growing resourceVersion', async () => {
    const first = await session.client.post(CONFIG_MAPS, configMap('one', { a: '1' }));
    const second = await session.client.post(CONFIG_MAPS, configMap('two', { a: '1' }));

    expect(first.status).toBe(201);
    expect(first.body.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(first.body.metadata.creationTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(Number(second.body.metadata.resourceVersion)).toBeGreaterThan(
      Number(first.body.metadata.resourceVersion),
    );
  });

  it('refuses a name that is taken, a missing object and a stale resourceVersion with the reasons of the server', async () => {
    const { client } = session;
    const created = await client.post(CONFIG_MAPS, configMap('lock', { a: '1' }));
    await client.call('PUT', `${CONFIG_MAPS}/lock`, { body: { ...created.body, data: { a: '2' } } });

    const again = await client.post(CONFIG_MAPS, configMap('lock', {}));
    const missing = await client.get(`${CONFIG_MAPS}/nowhere`);
    const stale = await client.call('PUT', `${CONFIG_MAPS}/lock`, {
      body: { ...created.body, data: { a: '3' } },
    });

    expect(again.body).toMatchObject({
      code: 409,
      reason: 'AlreadyExists',
      message: 'configmaps "lock" already exists',
    });
    expect(missing.body).toMatchObject({
      code: 404,
      reason: 'NotFound',
      message: 'configmaps "nowhere" not found',
    });
    expect(stale.body).toMatchObject({ code: 409, reason: 'Conflict' });
    expect(stale.body['message']).toContain('the object has been modified');
  });

  it('counts the generation for changes of the spec and for nothing else', async () => {
    const { client } = session;
    await client.post(DEPLOYMENTS, deployment('gen', 'app:ok-1', { paused: true }));
    const merge = 'application/merge-patch+json';

    const labelled = await client.call('PATCH', `${DEPLOYMENTS}/gen`, {
      body: { metadata: { labels: { a: 'b' } } },
      contentType: merge,
    });
    const scaled = await client.call('PATCH', `${DEPLOYMENTS}/gen`, {
      body: { spec: { replicas: 2 } },
      contentType: merge,
    });

    expect(labelled.body.metadata.generation).toBe(1);
    expect(scaled.body.metadata.generation).toBe(2);
  });

  it('commits nothing for an update that changes nothing', async () => {
    const { client } = session;
    const created = await client.post(CONFIG_MAPS, configMap('same', { a: '1' }));

    const put = await client.call('PUT', `${CONFIG_MAPS}/same`, { body: configMap('same', { a: '1' }) });

    expect(put.body.metadata.resourceVersion).toBe(created.body.metadata.resourceVersion);
  });

  it('makes names from generateName', async () => {
    const body = { metadata: { generateName: 'job-' }, data: {} };

    const { body: created } = await session.client.post(CONFIG_MAPS, body);

    expect(created.metadata.name).toMatch(/^job-[a-z0-9]{5}$/);
  });

  it('stores nothing on a dry run, but answers with the whole defaulted object', async () => {
    const { client } = session;
    const answer = await client.post(`${DEPLOYMENTS}?dryRun=All`, deployment('dry', 'app:ok-1'));
    const after = await client.get(`${DEPLOYMENTS}/dry`);

    expect(answer.status).toBe(201);
    expect(answer.body['spec']).toMatchObject({
      progressDeadlineSeconds: 600,
      strategy: { type: 'RollingUpdate' },
    });
    expect(after.status).toBe(404);
  });

  it('keeps an object with finalizers until the last one is gone', async () => {
    const { client } = session;
    const body = { ...configMap('held', {}), metadata: { name: 'held', finalizers: ['beanpod.dev/hold'] } };
    await client.post(CONFIG_MAPS, body);

    const deleted = await client.call('DELETE', `${CONFIG_MAPS}/held`);
    const held = await client.get(`${CONFIG_MAPS}/held`);
    await client.call('PATCH', `${CONFIG_MAPS}/held`, {
      body: { metadata: { finalizers: null } },
      contentType: 'application/merge-patch+json',
    });
    const gone = await client.get(`${CONFIG_MAPS}/held`);

    expect(deleted.body.metadata.deletionTimestamp).toBeDefined();
    expect(held.status).toBe(200);
    expect(gone.status).toBe(404);
  });

  it('honours uid preconditions of a delete', async () => {
    const { client } = session;
    const created = await client.post(CONFIG_MAPS, configMap('guarded', {}));
    const other = { preconditions: { uid: '00000000-0000-0000-0000-000000000000' } };

    const refused = await client.call('DELETE', `${CONFIG_MAPS}/guarded`, { body: other });
    const deleted = await client.call('DELETE', `${CONFIG_MAPS}/guarded`, {
      body: { preconditions: { uid: created.body.metadata.uid } },
    });

    expect(refused.status).toBe(409);
    expect(deleted.body).toMatchObject({ kind: 'Status', status: 'Success', details: { name: 'guarded' } });
  });

  it('collects dependents of a deleted owner, and leaves them when told to orphan', async () => {
    const { client } = session;
    const owner = await client.post(CONFIG_MAPS, configMap('owner', {}));
    const { uid } = owner.body.metadata;
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid }];
    await client.post(CONFIG_MAPS, {
      ...configMap('child', {}),
      metadata: { name: 'child', ownerReferences },
    });
    await client.call('DELETE', `${CONFIG_MAPS}/owner`);
    await client.until(`${CONFIG_MAPS}/child`, (_, status) => status === 404);

    await client.post(DEPLOYMENTS, deployment('parent', 'app:ok-1'));
    const pods = await client.until(
      `${PODS}?labelSelector=app=parent`,
      (list) => listAt(list, 'items').length === 1,
    );
    await client.call('DELETE', `${DEPLOYMENTS}/parent`, { body: { propagationPolicy: 'Orphan' } });
    await client.until(`${DEPLOYMENTS}/parent`, (_, status) => status === 404);
    const left = await client.get(`${PODS}?labelSelector=app=parent`);

    expect(listAt(left.body, 'items')).toHaveLength(listAt(pods, 'items').length);
  });

  it('deletes dependents first when the deletion is foreground', async () => {
    const { client } = session;
    await client.post(DEPLOYMENTS, deployment('fore', 'app:slow-terminate-1'));
    await client.until(`${PODS}?labelSelector=app=fore`, (list) => listAt(list, 'items').length === 1);

    await client.call('DELETE', `${DEPLOYMENTS}/fore`, { body: { propagationPolicy: 'Foreground' } });
    const held = await client.get(`${DEPLOYMENTS}/fore`);
    await client.until(`${DEPLOYMENTS}/fore`, (_, status) => status === 404);
    const pods = await client.get(`${PODS}?labelSelector=app=fore`);

    expect(held.body.metadata.finalizers).toContain('foregroundDeletion');
    expect(listAt(pods.body, 'items')).toEqual([]);
  });
});

describe('namespaces', () => {
  it('refuse objects while they do not exist and while they end', async () => {
    const { client } = session;
    const missing = await client.post('/api/v1/namespaces/nowhere/configmaps', configMap('a', {}));
    await client.post('/api/v1/namespaces', { metadata: { name: 'ending' } });
    const held = { ...configMap('held', {}), metadata: { name: 'held', finalizers: ['beanpod.dev/hold'] } };
    await client.post('/api/v1/namespaces/ending/configmaps', held);
    await client.call('DELETE', '/api/v1/namespaces/ending');
    const late = await client.post('/api/v1/namespaces/ending/configmaps', configMap('late', {}));

    expect(missing.body).toMatchObject({ code: 404, message: 'namespaces "nowhere" not found' });
    expect(late.body).toMatchObject({ code: 403, details: { causes: [{ reason: 'NamespaceTerminating' }] } });
  });

  it('come with a service account and go with everything in them', async () => {
    const { client } = session;
    await client.post('/api/v1/namespaces', { metadata: { name: 'shop' } });
    await client.until('/api/v1/namespaces/shop/serviceaccounts/default', (_, status) => status === 200);
    await client.post('/apis/apps/v1/namespaces/shop/deployments', deployment('web', 'app:ok-1'));

    await client.call('DELETE', '/api/v1/namespaces/shop');
    await client.until('/api/v1/namespaces/shop', (_, status) => status === 404);
    const left = await client.get('/api/v1/namespaces/shop/pods');

    expect(listAt(left.body, 'items')).toEqual([]);
  });
});

describe('lists', () => {
  it('come in pages that together are the whole', async () => {
    const { client } = session;
    for (let index = 0; index < 5; index++) {
      await client.post(CONFIG_MAPS, {
        ...configMap(`page-${index}`, {}),
        metadata: { name: `page-${index}`, labels: { page: 'yes' } },
      });
    }
    const names: string[] = [];
    let token: string | undefined = '';

    while (token !== undefined) {
      const next: string = token === '' ? '' : `&continue=${token}`;
      const { body } = await client.get(`${CONFIG_MAPS}?labelSelector=page%3Dyes&limit=2${next}`);
      names.push(
        ...listAt(body, 'items').map((item) => (item as { metadata: { name: string } }).metadata.name),
      );
      token = (body.metadata as { continue?: string }).continue;
    }

    expect(names).toEqual(['page-0', 'page-1', 'page-2', 'page-3', 'page-4']);
  });

  it.each([
    ['page in (yes,no),!tier', 5],
    ['page notin (yes)', 0],
    ['page,page!=no', 5],
  ])('select by labels: %s', async (selector, expected) => {
    const answer = await session.client.get(`${CONFIG_MAPS}?labelSelector=${encodeURIComponent(selector)}`);

    const items = listAt(answer.body, 'items').filter((item) => JSON.stringify(item).includes('page-'));
    expect(items).toHaveLength(expected);
  });

  it('select by fields and leave apiVersion and kind out of their items', async () => {
    const answer = await session.client.get(`${CONFIG_MAPS}?fieldSelector=metadata.name%3Dpage-3`);

    expect(listAt(answer.body, 'items')).toMatchObject([{ metadata: { name: 'page-3' } }]);
    expect(listAt(answer.body, 'items')[0]).not.toHaveProperty('kind');
    expect(answer.body.kind).toBe('ConfigMapList');
  });

  it('refuse a resourceVersion of the future', async () => {
    const answer = await session.client.get(`${CONFIG_MAPS}?resourceVersion=999999999`);

    expect(answer.body).toMatchObject({ code: 504, reason: 'Timeout' });
  });
});
