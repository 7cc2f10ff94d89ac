import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, type Fields } from '../../simulators/kubernetes/json.js';
import {
  CONFIG_MAPS,
  configMap,
  deployment,
  DEPLOYMENTS,
  openSession,
  type Session,
} from './kubernetes-session.js';

let session: Session;
beforeAll(async () => {
  session = await openSession();
});
afterAll(() => session.close());

async function patch(path: string, type: string, body: unknown) {
  return session.client.call('PATCH', path, { body, contentType: `application/${type}` });
}

function containers(...list: Fields[]): Fields {
  return { spec: { template: { spec: { containers: list } } } };
}

describe('patches', () => {
  it('merge patch replaces lists and removes nulls', async () => {
    await session.client.post(CONFIG_MAPS, configMap('merge', { a: '1', b: '2' }));

    const answer = await patch(`${CONFIG_MAPS}/merge`, 'merge-patch+json', { data: { a: null, c: '3' } });

    expect(answer.body['data']).toEqual({ b: '2', c: '3' });
  });

  it('JSON patch tests, adds and removes, and refuses what does not apply', async () => {
    await session.client.post(CONFIG_MAPS, configMap('json', { 'a/b': '1' }));

    const changed = await patch(`${CONFIG_MAPS}/json`, 'json-patch+json', [
      { op: 'test', path: '/data/a~1b', value: '1' },
      { op: 'add', path: '/data/c', value: '2' },
      { op: 'remove', path: '/data/a~1b' },
    ]);
    const refused = await patch(`${CONFIG_MAPS}/json`, 'json-patch+json', [
      { op: 'remove', path: '/data/none' },
    ]);

    expect(changed.body['data']).toEqual({ c: '2' });
    expect(refused.status).toBe(422);
  });

  it('strategic merge patch merges containers by name and deletes with a directive', async () => {
    await session.client.post(DEPLOYMENTS, deployment('smp', 'app:ok-1', { paused: true }));
    await patch(
      `${DEPLOYMENTS}/smp`,
      'strategic-merge-patch+json',
      containers({ name: 'side', image: 'side:ok-1' }),
    );

    const env = [{ name: 'A', value: '1' }];
    const merged = await patch(
      `${DEPLOYMENTS}/smp`,
      'strategic-merge-patch+json',
      containers({ name: 'web', env }),
    );
    const removed = await patch(
      `${DEPLOYMENTS}/smp`,
      'strategic-merge-patch+json',
      containers({ name: 'side', $patch: 'delete' }),
    );

    expect(at(merged.body, 'spec', 'template', 'spec', 'containers')).toMatchObject([
      { name: 'web', image: 'app:ok-1', env },
      { name: 'side' },
    ]);
    expect(at(removed.body, 'spec', 'template', 'spec', 'containers')).toMatchObject([{ name: 'web' }]);
  });

  it('$retainKeys and $setElementOrder do what kubectl relies on', async () => {
    await session.client.post(DEPLOYMENTS, deployment('keys', 'app:ok-1', { paused: true }));
    const order = {
      '$setElementOrder/containers': [{ name: 'first' }, { name: 'web' }],
      containers: [{ name: 'first', image: 'a:1' }],
    };

    const answer = await patch(`${DEPLOYMENTS}/keys`, 'strategic-merge-patch+json', {
      spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' }, template: { spec: order } },
    });

    expect(at(answer.body, 'spec', 'strategy')).toEqual({ type: 'Recreate' });
    expect(at(answer.body, 'spec', 'template', 'spec', 'containers')).toMatchObject([
      { name: 'first' },
      { name: 'web' },
    ]);
  });

  it('refuses media types it does not know', async () => {
    const answer = await patch(`${CONFIG_MAPS}/json`, 'vnd.kubernetes.protobuf', '{}');

    expect(answer.status).toBe(415);
  });
});

describe('server-side apply', () => {
  const path = (name: string) => `${CONFIG_MAPS}/${name}`;

  it('creates, owns what it applied and nothing else', async () => {
    const answer = await session.client.apply(path('ssa'), configMap('ssa', { a: '1' }));

    expect(answer.status).toBe(201);
    expect(answer.body.metadata.managedFields).toMatchObject([
      {
        manager: 'test',
        operation: 'Apply',
        apiVersion: 'v1',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:data': { 'f:a': {} } },
      },
    ]);
  });

  it('removes what it no longer mentions, and leaves what others own', async () => {
    const { client } = session;
    await client.apply(path('shared'), configMap('shared', { a: '1', b: '2' }));
    await client.apply(path('shared'), configMap('shared', { b: '2', c: '3' }), 'fieldManager=other');

    const answer = await client.apply(path('shared'), configMap('shared', { a: '1' }));

    expect(answer.body['data']).toEqual({ a: '1', b: '2', c: '3' });
    const alone = await client.apply(path('shared'), configMap('shared', {}), 'fieldManager=other');
    expect(alone.body['data']).toEqual({ a: '1' });
  });

  it('refuses to take a field over without force, and names manager and field', async () => {
    const { client } = session;
    await client.apply(path('fought'), configMap('fought', { a: '1' }), 'fieldManager=first');

    const refused = await client.apply(
      path('fought'),
      configMap('fought', { a: '2' }),
      'fieldManager=second',
    );
    const forced = await client.apply(
      path('fought'),
      configMap('fought', { a: '2' }),
      'fieldManager=second&force=true',
    );

    expect(refused.body).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "first": .data.a',
      details: {
        causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "first"', field: '.data.a' }],
      },
    });
    expect(forced.body['data']).toEqual({ a: '2' });
    expect(forced.body.metadata.managedFields).toMatchObject([{ manager: 'second' }]);
  });

  it('shares ownership when both apply the same value', async () => {
    const { client } = session;
    await client.apply(path('agreed'), configMap('agreed', { a: '1' }), 'fieldManager=first');

    const answer = await client.apply(path('agreed'), configMap('agreed', { a: '1' }), 'fieldManager=second');

    expect(answer.status).toBe(200);
    expect(answer.body.metadata.managedFields).toHaveLength(2);
  });

  it('merges containers by name, environment by name and ports by number and protocol', async () => {
    const { client } = session;
    const target = `${DEPLOYMENTS}/lists`;
    const container = {
      name: 'web',
      image: 'app:ok-1',
      env: [{ name: 'A', value: '1' }],
      ports: [{ containerPort: 80 }],
    };
    await client.apply(
      target,
      deployment('lists', '', { paused: true }, { containers: [container] }),
      'fieldManager=first',
    );
    const other = { name: 'web', env: [{ name: 'B', value: '2' }] };
    const fragment = { ...deployment('lists', ''), spec: containers(other)['spec'] };

    const answer = await client.apply(target, fragment, 'fieldManager=second');

    expect(at(answer.body, 'spec', 'template', 'spec', 'containers')).toMatchObject([
      {
        name: 'web',
        image: 'app:ok-1',
        env: [{ name: 'A' }, { name: 'B' }],
        ports: [{ containerPort: 80, protocol: 'TCP' }],
      },
    ]);
    expect(JSON.stringify(answer.body.metadata.managedFields)).toContain(
      'k:{\\"containerPort\\":80,\\"protocol\\":\\"TCP\\"}',
    );
  });

  it('resets a field that its only owner gives up to the default', async () => {
    const { client } = session;
    await client.apply(
      `${DEPLOYMENTS}/reset`,
      deployment('reset', 'app:ok-1', { replicas: 3, paused: true }),
    );

    const answer = await client.apply(
      `${DEPLOYMENTS}/reset`,
      deployment('reset', 'app:ok-1', { replicas: undefined, paused: true }),
    );

    expect(at(answer.body, 'spec', 'replicas')).toBe(1);
  });

  it('lets the scale subresource own replicas, so that an apply of them conflicts', async () => {
    const { client } = session;
    const body = deployment('scaled', 'app:ok-1', { paused: true });
    await client.apply(`${DEPLOYMENTS}/scaled`, body);
    await client.call('PATCH', `${DEPLOYMENTS}/scaled/scale?fieldManager=hpa`, {
      body: { spec: { replicas: 4 } },
      contentType: 'application/merge-patch+json',
    });

    const refused = await client.apply(`${DEPLOYMENTS}/scaled`, body);
    const without = await client.apply(
      `${DEPLOYMENTS}/scaled`,
      deployment('scaled', 'app:ok-1', { replicas: undefined, paused: true }),
    );

    expect(refused.body['message']).toContain(
      'conflict with "hpa" with subresource "scale" using apps/v1: .spec.replicas',
    );
    expect(at(without.body, 'spec', 'replicas')).toBe(4);
  });

  it('refuses unknown fields and duplicate keys before anything else', async () => {
    const { client } = session;
    const typo = deployment('typed', 'app:ok-1', { replicaz: 1 });
    const env = [{ name: 'A' }, { name: 'A' }];
    const twice = deployment('typed', '', {}, { containers: [{ name: 'web', image: 'a:1', env }] });

    const unknown = await client.apply(`${DEPLOYMENTS}/typed`, typo);
    const duplicate = await client.apply(`${DEPLOYMENTS}/typed`, twice);

    expect(unknown.body).toMatchObject({
      code: 500,
      message:
        'failed to create typed patch object (typed; apps/v1, Kind=Deployment): .spec.replicaz: field not declared in schema',
    });
    expect(duplicate.body['message']).toContain('duplicate entries for key [name="A"]');
  });

  it('needs a field manager, and force only goes with apply', async () => {
    const { client } = session;
    const nobody = await client.apply(path('ssa'), configMap('ssa', {}), '');
    const forced = await patch(`${path('ssa')}?force=true`, 'merge-patch+json', { data: { z: '1' } });

    expect(nobody.body['message']).toContain('fieldManager: Required value');
    expect(forced.body['message']).toContain('force: Forbidden');
  });

  it('changes nothing when the same configuration is applied again', async () => {
    const { client } = session;
    const first = await client.apply(path('again'), configMap('again', { a: '1' }));

    const second = await client.apply(path('again'), configMap('again', { a: '1' }));

    expect(second.body.metadata.resourceVersion).toBe(first.body.metadata.resourceVersion);
  });

  it('lets a client rewrite managedFields to move ownership', async () => {
    const { client } = session;
    const created = await client.post(
      `${CONFIG_MAPS}?fieldManager=kubectl-client-side-apply`,
      configMap('moved', { a: '1', b: '2' }),
    );
    const [entry] = created.body.metadata.managedFields ?? [];
    await patch(path('moved'), 'json-patch+json', [
      {
        op: 'replace',
        path: '/metadata/managedFields',
        value: [{ ...entry, manager: 'test', operation: 'Apply' }],
      },
    ]);

    const answer = await client.apply(path('moved'), configMap('moved', { a: '1' }));

    expect(answer.body['data']).toEqual({ a: '1' });
  });
});
