import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, listAt, textAt, type Fields } from '../../simulators/kubernetes/json.js';
import type { Pod } from '../../simulators/kubernetes/workloads.js';
import { deployment, DEPLOYMENTS, openSession, PODS, type Session } from './kubernetes-session.js';

const MERGE = 'application/merge-patch+json';
const APPS = '/apis/apps/v1/namespaces/default';
const BATCH = '/apis/batch/v1/namespaces/default';
const CORE = '/api/v1/namespaces/default';
let session: Session;
beforeAll(async () => {
  session = await openSession();
});
afterAll(() => session.close());

function workload(name: string, image: string, spec: Fields = {}): Fields {
  return {
    metadata: { name },
    spec: { ...(deployment(name, image)['spec'] as Fields), replicas: undefined, ...spec },
  };
}

function job(name: string, image: string, spec: Fields = {}): Fields {
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'run', image }] } };
  return { metadata: { name }, spec: { template, ...spec } };
}

async function pods(app: string): Promise<Pod[]> {
  const { body } = await session.client.get(`${PODS}?labelSelector=app%3D${app}`);
  return listAt(body, 'items') as Pod[];
}

async function setImage(path: string, image: string): Promise<void> {
  const body = { spec: { template: { spec: { containers: [{ name: 'web', image }] } } } };
  await session.client.call('PATCH', path, { body, contentType: MERGE });
}

describe('StatefulSets', () => {
  it('start pods in order, each with its own claim', async () => {
    const claim = {
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    };
    await session.client.post(
      `${APPS}/statefulsets`,
      workload('db', 'db:ok-1', { serviceName: 'db', replicas: 2, volumeClaimTemplates: [claim] }),
    );
    await session.client.until(`${APPS}/statefulsets/db`, (set) => at(set, 'status', 'readyReplicas') === 2);

    const names = (await pods('db')).map((pod) => pod.metadata.name);
    const bound = await session.client.until(
      `${CORE}/persistentvolumeclaims/data-db-1`,
      (body) => at(body, 'status', 'phase') === 'Bound',
    );
    expect(names).toEqual(['db-0', 'db-1']);
    expect(textAt(bound, 'spec', 'volumeName')).toMatch(/^pvc-/);
  });

  it('update from the highest ordinal down to the partition', async () => {
    const rolling = { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } } };
    await session.client.post(
      `${APPS}/statefulsets`,
      workload('part', 'db:ok-1', { replicas: 3, ...rolling }),
    );
    await session.client.until(
      `${APPS}/statefulsets/part`,
      (set) => at(set, 'status', 'readyReplicas') === 3,
    );
    await setImage(`${APPS}/statefulsets/part`, 'db:ok-2');
    const set = await session.client.until(
      `${APPS}/statefulsets/part`,
      (body) => at(body, 'status', 'updatedReplicas') === 2 && at(body, 'status', 'readyReplicas') === 3,
    );

    const images = (await pods('part')).map((pod) => pod.spec.containers[0]?.image);
    expect(images).toEqual(['db:ok-1', 'db:ok-2', 'db:ok-2']);
    expect(at(set, 'status', 'currentRevision')).not.toBe(at(set, 'status', 'updateRevision'));
  });

  it('stop an update at the first pod that does not become ready', async () => {
    await session.client.post(`${APPS}/statefulsets`, workload('stuck', 'db:ok-1', { replicas: 2 }));
    await session.client.until(
      `${APPS}/statefulsets/stuck`,
      (set) => at(set, 'status', 'readyReplicas') === 2,
    );
    await setImage(`${APPS}/statefulsets/stuck`, 'db:crash-1');
    await session.client.until(`${PODS}/stuck-1`, (pod) => JSON.stringify(pod).includes('CrashLoopBackOff'));

    expect((await pods('stuck')).map((pod) => pod.spec.containers[0]?.image)).toEqual([
      'db:ok-1',
      'db:crash-1',
    ]);
  });
});

describe('DaemonSets', () => {
  it('run one pod on every node and replace them on an update', async () => {
    await session.client.post(`${APPS}/daemonsets`, workload('agent', 'agent:ok-1'));
    await session.client.until(
      `${APPS}/daemonsets/agent`,
      (set) => at(set, 'status', 'numberAvailable') === 3,
    );
    const nodes = (await pods('agent')).map((pod) => pod.spec.nodeName);
    await setImage(`${APPS}/daemonsets/agent`, 'agent:ok-2');
    await session.client.until(
      `${APPS}/daemonsets/agent`,
      (set) =>
        at(set, 'status', 'updatedNumberScheduled') === 3 && at(set, 'status', 'numberAvailable') === 3,
    );

    expect(new Set(nodes)).toEqual(new Set(['node-1', 'node-2', 'node-3']));
    expect((await pods('agent')).map((pod) => pod.spec.containers[0]?.image)).toEqual([
      'agent:ok-2',
      'agent:ok-2',
      'agent:ok-2',
    ]);
  });
});

describe('Jobs', () => {
  it('complete', async () => {
    await session.client.post(`${BATCH}/jobs`, job('good', 'm:ok-1', { completions: 2 }));

    const done = await session.client.until(
      `${BATCH}/jobs/good`,
      (body) => at(body, 'status', 'completionTime') !== undefined,
    );

    expect(at(done, 'status')).toMatchObject({
      succeeded: 2,
      conditions: [{ type: 'SuccessCriteriaMet' }, { type: 'Complete', status: 'True' }],
    });
  });

  it('fail when their back-off limit is exceeded', async () => {
    await session.client.post(`${BATCH}/jobs`, job('bad', 'm:crash-1', { backoffLimit: 1 }));

    const done = await session.client.until(
      `${BATCH}/jobs/bad`,
      (body) => listAt(body, 'status', 'conditions').length > 0,
    );

    expect(at(done, 'status')).toMatchObject({
      failed: 2,
      conditions: [{ type: 'FailureTarget' }, { type: 'Failed', reason: 'BackoffLimitExceeded' }],
    });
  });

  it('do not let their template change', async () => {
    await session.client.post(`${BATCH}/jobs`, job('fixed', 'm:ok-1', { suspend: true }));

    const change = { spec: { template: { spec: { containers: [{ name: 'run', image: 'm:2' }] } } } };
    const answer = await session.client.call('PATCH', `${BATCH}/jobs/fixed`, {
      body: change,
      contentType: MERGE,
    });

    expect(answer.body['message']).toContain('spec.template');
    expect(answer.body['message']).toContain('field is immutable');
  });

  it('are started by CronJobs on simulated minutes', async () => {
    const jobTemplate = { spec: job('', 'm:ok-1')['spec'] };
    await session.client.post(`${BATCH}/cronjobs`, {
      metadata: { name: 'tick' },
      spec: { schedule: '* * * * *', jobTemplate },
    });
    await session.control.advance(61_000);

    const cron = await session.client.until(
      `${BATCH}/cronjobs/tick`,
      (body) => textAt(body, 'status', 'lastScheduleTime') !== undefined,
    );

    expect(cron['status']).toBeDefined();
  });
});

describe('services', () => {
  it('list ready pods in Endpoints and EndpointSlices and get an address from the load balancer', async () => {
    const { client } = session;
    await client.post(`${CORE}/services`, {
      metadata: { name: 'shop' },
      spec: { type: 'LoadBalancer', selector: { app: 'shop' }, ports: [{ port: 80, targetPort: 8080 }] },
    });
    await client.post(DEPLOYMENTS, deployment('shop', 'shop:ok-1', { replicas: 2 }));

    const endpoints = await client.until(
      `${CORE}/endpoints/shop`,
      (body) => listAt(listAt(body, 'subsets')[0], 'addresses').length === 2,
    );
    const slices = await client.get(
      '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3Dshop',
    );
    const service = await client.until(
      `${CORE}/services/shop`,
      (body) => listAt(body, 'status', 'loadBalancer', 'ingress').length === 1,
    );

    expect(at(endpoints, 'subsets')).toMatchObject([{ ports: [{ port: 8080, protocol: 'TCP' }] }]);
    expect(listAt(slices.body, 'items')).toMatchObject([
      { addressType: 'IPv4', endpoints: [{ conditions: { ready: true } }, { conditions: { ready: true } }] },
    ]);
    expect(at(service, 'status', 'loadBalancer', 'ingress')).toMatchObject([
      { ip: expect.stringMatching(/^203\.0\.113\./) as string },
    ]);
  });
});

describe('scaling and budgets', () => {
  it('an autoscaler sizes its target through the scale subresource', async () => {
    const { client } = session;
    await client.post(DEPLOYMENTS, deployment('auto', 'app:ok-1', { replicas: 2 }));
    const spec = {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'auto' },
      minReplicas: 1,
      maxReplicas: 4,
    };
    const metadata = { name: 'auto', annotations: { 'sim.beanpod.dev/wanted-replicas': '9' } };
    await client.post('/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers', { metadata, spec });

    const scaled = await client.until(`${DEPLOYMENTS}/auto`, (body) => at(body, 'spec', 'replicas') === 4);

    expect(scaled.metadata.managedFields).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ manager: 'kube-controller-manager', subresource: 'scale' }),
      ]),
    );
  });

  it('a disruption budget refuses evictions that it cannot afford', async () => {
    const { client } = session;
    await client.post(DEPLOYMENTS, deployment('safe', 'app:ok-1'));
    await client.until(`${DEPLOYMENTS}/safe`, (body) => at(body, 'status', 'readyReplicas') === 1);
    await client.post('/apis/policy/v1/namespaces/default/poddisruptionbudgets', {
      metadata: { name: 'safe' },
      spec: { minAvailable: 1, selector: { matchLabels: { app: 'safe' } } },
    });
    const [pod] = await pods('safe');

    const answer = await client.post(`${PODS}/${pod?.metadata.name ?? ''}/eviction`, {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
    });

    expect(answer.body).toMatchObject({ code: 429, reason: 'TooManyRequests' });
  });

  it('a quota counts pods and refuses the one too many in its own words', async () => {
    const { client } = session;
    await client.post('/api/v1/namespaces', { metadata: { name: 'small' } });
    await client.post('/api/v1/namespaces/small/resourcequotas', {
      metadata: { name: 'compute' },
      spec: { hard: { pods: '1' } },
    });
    const pod = (name: string) => ({
      metadata: { name },
      spec: { containers: [{ name: 'web', image: 'app:ok-1' }] },
    });
    await client.post('/api/v1/namespaces/small/pods', pod('one'));

    const refused = await client.post('/api/v1/namespaces/small/pods', pod('two'));
    const quota = await client.until(
      '/api/v1/namespaces/small/resourcequotas/compute',
      (body) => at(body, 'status', 'used', 'pods') === '1',
    );

    expect(refused.body).toMatchObject({
      code: 403,
      message:
        'pods "two" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=1, limited: pods=1',
    });
    expect(at(quota, 'status', 'hard')).toEqual({ pods: '1' });
  });
});

describe('custom resources', () => {
  const WIDGETS = '/apis/acme.dev/v1/namespaces/default/widgets';
  const size = { type: 'integer', minimum: 1 };
  const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const schema = {
    type: 'object',
    properties: {
      spec: { type: 'object', required: ['size'], properties: { size, anything } },
      status: anything,
    },
  };
  const definition = {
    metadata: { name: 'widgets.acme.dev' },
    spec: {
      group: 'acme.dev',
      scope: 'Namespaced',
      names: { plural: 'widgets', kind: 'Widget' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: schema },
          subresources: { status: {} },
        },
      ],
    },
  };

  it('are served once their definition is established, by its schema, and go with it', async () => {
    const { client } = session;
    const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    await client.post(definitions, definition);
    await client.until(`${definitions}/widgets.acme.dev`, (body) =>
      JSON.stringify(body).includes('"Established"'),
    );
    const widget = (spec: Fields): Fields => ({
      apiVersion: 'acme.dev/v1',
      kind: 'Widget',
      metadata: { name: 'w' },
      spec,
    });

    const invalid = await client.post(WIDGETS, widget({ size: 0 }));
    const unknown = await client.post(`${WIDGETS}?fieldValidation=Strict`, widget({ size: 1, sizee: 1 }));
    const created = await client.apply(`${WIDGETS}/w`, widget({ size: 1, anything: { goes: true } }));
    const status = await client.call('PATCH', `${WIDGETS}/w/status`, {
      body: { status: { ready: true } },
      contentType: MERGE,
    });

    expect(invalid.body['message']).toContain(
      'spec.size: Invalid value: 0: should be greater than or equal to 1',
    );
    expect(unknown.body['message']).toContain('unknown field "spec.sizee"');
    expect(created.body).toMatchObject({ spec: { anything: { goes: true } }, metadata: { generation: 1 } });
    expect(status.body).toMatchObject({ status: { ready: true }, metadata: { generation: 1 } });

    await client.call('DELETE', `${definitions}/widgets.acme.dev`);
    const gone = await client.get(WIDGETS);
    expect(gone.status).toBe(404);
  });
});
