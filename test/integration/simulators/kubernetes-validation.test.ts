import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at } from '../../simulators/kubernetes/json.js';
import { CONFIG_MAPS, deployment, DEPLOYMENTS, openSession, type Session } from './kubernetes-session.js';

const SERVICES = '/api/v1/namespaces/default/services';
const MERGE = 'application/merge-patch+json';
let session: Session;
beforeAll(async () => {
  session = await openSession();
});
afterAll(() => session.close());

describe('strict field validation', () => {
  it('names every unknown field of a create', async () => {
    const body = deployment('typo', 'app:ok-1', { replicaz: 3 }, { nodeSelectr: {} });

    const answer = await session.client.post(`${DEPLOYMENTS}?fieldValidation=Strict`, body);

    expect(answer.body).toMatchObject({ code: 400, reason: 'BadRequest' });
    expect(answer.body['message']).toBe(
      'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: ' +
        'unknown field "spec.template.spec.nodeSelectr", unknown field "spec.replicaz"',
    );
  });

  it('warns and drops the field when it is not strict', async () => {
    const answer = await session.client.post(
      `${DEPLOYMENTS}?fieldValidation=Warn`,
      deployment('warned', 'app:ok-1', { replicaz: 3, paused: true }),
    );

    expect(answer.status).toBe(201);
    expect(answer.headers.get('warning')).toContain('unknown field \\"spec.replicaz\\"');
    expect(at(answer.body, 'spec', 'replicaz')).toBeUndefined();
  });

  it('refuses wrong types whatever the mode', async () => {
    const answer = await session.client.post(
      `${DEPLOYMENTS}?fieldValidation=Ignore`,
      deployment('types', 'app:ok-1', { replicas: '3' }),
    );

    expect(answer.body['message']).toContain(
      'cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas',
    );
  });
});

describe('validation', () => {
  it.each([
    ['a missing image', deployment('bad', ''), 'spec.template.spec.containers[0].image'],
    ['no containers', deployment('bad', 'a', {}, { containers: [] }), 'spec.template.spec.containers'],
    [
      'a selector that misses the template',
      deployment('bad', 'a', { selector: { matchLabels: { x: 'y' } } }),
      'spec.template.metadata.labels',
    ],
    ['negative replicas', deployment('bad', 'a', { replicas: -1 }), 'spec.replicas'],
    ['a name with capitals', { ...deployment('bad', 'a'), metadata: { name: 'Bad' } }, 'metadata.name'],
  ])('refuses %s with a cause for the field', async (_, body, field) => {
    const answer = await session.client.post(DEPLOYMENTS, body);

    expect(answer.body).toMatchObject({ code: 422, reason: 'Invalid' });
    expect(at(answer.body, 'details', 'causes')).toEqual(
      expect.arrayContaining([expect.objectContaining({ field })]),
    );
  });

  it('keeps immutable fields', async () => {
    const { client } = session;
    await client.post(DEPLOYMENTS, deployment('fixed', 'app:ok-1', { paused: true }));
    const change = {
      spec: {
        selector: { matchLabels: { app: 'other' } },
        template: { metadata: { labels: { app: 'other' } } },
      },
    };

    const answer = await client.call('PATCH', `${DEPLOYMENTS}/fixed`, { body: change, contentType: MERGE });

    expect(answer.status).toBe(422);
    expect(answer.body['message']).toContain('spec.selector');
    expect(answer.body['message']).toContain('field is immutable');
  });

  it('seals immutable ConfigMaps', async () => {
    const { client } = session;
    await client.post(CONFIG_MAPS, { metadata: { name: 'sealed' }, data: { a: '1' }, immutable: true });

    const answer = await client.call('PATCH', `${CONFIG_MAPS}/sealed`, {
      body: { data: { a: '2' } },
      contentType: MERGE,
    });

    expect(answer.body['message']).toContain('field is immutable when `immutable` is set');
  });
});

describe('defaulting', () => {
  it('fills what the server fills in a Deployment', async () => {
    const { body } = await session.client.post(`${DEPLOYMENTS}?dryRun=All`, {
      ...deployment('filled', 'registry.local/app', { replicas: undefined }),
    });

    expect(body['spec']).toMatchObject({
      replicas: 1,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    });
    expect(at(body, 'spec', 'template', 'spec')).toMatchObject({
      restartPolicy: 'Always',
      dnsPolicy: 'ClusterFirst',
      containers: [{ imagePullPolicy: 'Always', terminationMessagePath: '/dev/termination-log' }],
    });
  });

  it('turns stringData of a Secret into data', async () => {
    const secret = { metadata: { name: 'secret' }, stringData: { key: 'value' } };

    const { body } = await session.client.post('/api/v1/namespaces/default/secrets', secret);

    expect(body).toMatchObject({ type: 'Opaque', data: { key: Buffer.from('value').toString('base64') } });
    expect(body).not.toHaveProperty('stringData');
  });
});

describe('services', () => {
  const service = (name: string, nodePort?: number) => ({
    metadata: { name },
    spec: {
      type: 'NodePort',
      selector: { app: name },
      ports: [{ port: 80, ...(nodePort === undefined ? {} : { nodePort }) }],
    },
  });

  it('get a cluster IP and a free node port', async () => {
    const { body } = await session.client.post(SERVICES, service('free'));

    expect(at(body, 'spec', 'clusterIP')).toMatch(/^10\.96\./);
    expect(at(body, 'spec', 'ports')).toMatchObject([
      { targetPort: 80, protocol: 'TCP', nodePort: expect.any(Number) as number },
    ]);
  });

  it('are refused a node port that is taken or out of range', async () => {
    const { client } = session;
    await client.post(SERVICES, service('first', 31_000));

    const taken = await client.post(SERVICES, service('second', 31_000));
    const outside = await client.post(SERVICES, service('third', 80));

    expect(taken.body['message']).toBe(
      'Service "second" is invalid: spec.ports[0].nodePort: Invalid value: 31000: provided port is already allocated',
    );
    expect(outside.body['message']).toContain('The range of valid ports is 30000-32767');
  });

  it('keep their addresses when an update leaves them out', async () => {
    const { client } = session;
    const created = await client.post(SERVICES, service('stable'));

    const updated = await client.call('PUT', `${SERVICES}/stable`, {
      body: { ...service('stable'), metadata: { name: 'stable', labels: { a: 'b' } } },
    });

    expect(at(updated.body, 'spec', 'clusterIP')).toBe(at(created.body, 'spec', 'clusterIP'));
    expect(at(updated.body, 'spec', 'ports')).toEqual(at(created.body, 'spec', 'ports'));
  });
});
