import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, listAt } from '../../simulators/kubernetes/json.js';
import { CONFIG_MAPS, configMap, openSession, type Session } from './kubernetes-session.js';

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';
let session: Session;
beforeAll(async () => {
  session = await openSession({
    identities: [
      {
        name: 'reader',
        token: 'reader-token',
        rules: [{ verbs: ['get', 'list'], apiGroups: [''], resources: ['configmaps'] }],
        namespaces: ['default'],
      },
      { name: 'ci', token: 'ci-token' },
    ],
  });
});
afterAll(() => session.close());

describe('identities', () => {
  it('are known by their tokens; an unknown or expired token is 401', async () => {
    const { client, control } = session;
    const token = await control.addIdentity({ name: 'brief', groups: ['system:masters'] });
    const before = await client.call('GET', CONFIG_MAPS, { token });
    const next = await control.expireToken('brief');

    const expired = await client.call('GET', CONFIG_MAPS, { token });
    const renewed = await client.call('GET', CONFIG_MAPS, { token: next });
    const unknown = await client.call('GET', CONFIG_MAPS, { token: 'nobody' });

    expect([before.status, expired.status, renewed.status, unknown.status]).toEqual([200, 401, 200, 401]);
    expect(expired.body).toMatchObject({ reason: 'Unauthorized', message: 'Unauthorized' });
  });

  it('may do what their rules say, and the refusal says what they may not', async () => {
    const { client } = session;
    const token = 'reader-token';
    const read = await client.call('GET', CONFIG_MAPS, { token });
    const write = await client.call('POST', CONFIG_MAPS, { token, body: configMap('no', {}) });
    const elsewhere = await client.call('GET', '/api/v1/namespaces/kube-system/configmaps', { token });

    expect(read.status).toBe(200);
    expect(write.body).toMatchObject({ code: 403, reason: 'Forbidden' });
    expect(write.body['message']).toBe(
      'configmaps is forbidden: User "reader" cannot create resource "configmaps" in API group "" in the namespace "default"',
    );
    expect(elsewhere.status).toBe(403);
  });

  it('get rights from Roles and RoleBindings of the cluster', async () => {
    const { client } = session;
    const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/default';
    const before = await client.call('GET', `${CONFIG_MAPS}/kube-root-ca.crt`, { token: 'ci-token' });
    await client.post(`${rbac}/roles`, {
      metadata: { name: 'look' },
      rules: [{ verbs: ['get'], apiGroups: [''], resources: ['configmaps'] }],
    });
    await client.post(`${rbac}/rolebindings`, {
      metadata: { name: 'look' },
      roleRef: { kind: 'Role', name: 'look' },
      subjects: [{ kind: 'User', name: 'ci' }],
    });

    const after = await client.call('GET', `${CONFIG_MAPS}/kube-root-ca.crt`, { token: 'ci-token' });

    expect([before.status, after.status]).toEqual([403, 200]);
  });

  it('can ask what they may do', async () => {
    const { client } = session;
    const ask = (verb: string) =>
      client.call('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
        token: 'reader-token',
        body: { spec: { resourceAttributes: { namespace: 'default', verb, resource: 'configmaps' } } },
      });
    const rules = await client.call('POST', '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', {
      token: 'reader-token',
      body: { spec: { namespace: 'default' } },
    });

    expect(at((await ask('list')).body, 'status', 'allowed')).toBe(true);
    expect(at((await ask('delete')).body, 'status', 'allowed')).toBe(false);
    expect(at(rules.body, 'status')).toMatchObject({
      incomplete: false,
      resourceRules: [{ verbs: ['get', 'list'], resources: ['configmaps'] }],
    });
  });
});

describe('discovery', () => {
  it('is aggregated for those who ask for it', async () => {
    const answer = await session.client.call('GET', '/apis', { accept: AGGREGATED });

    expect(answer.headers.get('content-type')).toContain('as=APIGroupDiscoveryList');
    const apps = listAt(answer.body, 'items').find((item) => at(item, 'metadata', 'name') === 'apps');
    expect(at(apps, 'versions')).toMatchObject([
      {
        version: 'v1',
        resources: expect.arrayContaining([
          expect.objectContaining({ resource: 'deployments', scope: 'Namespaced' }),
        ]) as unknown,
      },
    ]);
  });

  it('lists groups, versions and resources for everyone else', async () => {
    const { client } = session;
    const groups = await client.get('/apis');
    const resources = await client.get('/apis/apps/v1');
    const core = await client.get('/api/v1');

    expect(listAt(groups.body, 'groups').map((group) => at(group, 'name'))).toContain('networking.k8s.io');
    expect(listAt(resources.body, 'resources').map((resource) => at(resource, 'name'))).toEqual(
      expect.arrayContaining(['deployments', 'deployments/scale', 'deployments/status']),
    );
    expect(core.body['groupVersion']).toBe('v1');
  });

  it('offers OpenAPI v3 with the merge keys of lists', async () => {
    const index = await session.client.get('/openapi/v3');
    const document = await session.client.get('/openapi/v3/apis/apps/v1');

    expect(at(index.body, 'paths', 'apis/apps/v1')).toEqual({
      serverRelativeURL: '/openapi/v3/apis/apps/v1',
    });
    expect(
      at(document.body, 'components', 'schemas', 'io.k8s.api.PodSpec', 'properties', 'containers'),
    ).toMatchObject({ 'x-kubernetes-patch-merge-key': 'name' });
  });

  it('tells version and health without a token', async () => {
    const { simulator, client } = session;
    const health = await client.get('/readyz');
    const version = await client.get('/version');

    expect(health.text).toBe('ok');
    expect(version.body).toMatchObject({ major: '1', minor: '32' });
    expect(simulator.kubeconfig('reader', 'shop')).toContain('reader-token');
  });

  it('answers 404 for what it does not serve', async () => {
    const answer = await session.client.get('/apis/apps/v1beta1/namespaces/default/deployments');

    expect(answer.body).toMatchObject({
      code: 404,
      message: 'the server could not find the requested resource',
    });
  });
});
