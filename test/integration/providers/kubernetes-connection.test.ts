import { createServer as createHttpsServer } from 'node:https';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ConnectionCheck } from '../../../src/shared/contract/connection.js';
import { createKubernetes } from '../../../src/providers/kubernetes/index.js';
import { startKubernetes, type KubernetesSimulator } from '../../simulators/kubernetes/start.js';
import { createControlClient, type ControlClient } from '../../simulators/kubernetes/control-client.js';
import type { PolicyRule } from '../../simulators/kubernetes/api/identity.js';
import { makeCertificate } from '../../simulators/kubernetes/tls.js';

const MANIFESTS = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: api }
spec:
  selector: { matchLabels: { app: api } }
  template:
    metadata: { labels: { app: api } }
    spec: { containers: [{ name: app, image: app }] }
---
{ apiVersion: v1, kind: Service, metadata: { name: api }, spec: { selector: { app: api }, ports: [{ port: 80 }] } }
---
{ apiVersion: v1, kind: Secret, metadata: { name: api }, stringData: { a: "{{version}}" } }
`;
const ALL = ['get', 'create', 'patch', 'update', 'delete'];
const LOOK = ['list', 'watch'];
/** What docs/kubernetes.md says that a deployment of this set needs, and not one verb more. */
const ENOUGH: PolicyRule[] = [
  { apiGroups: ['apps'], resources: ['deployments'], verbs: [...ALL, ...LOOK] },
  { apiGroups: ['apps'], resources: ['replicasets'], verbs: LOOK },
  { apiGroups: [''], resources: ['services'], verbs: [...ALL, ...LOOK] },
  { apiGroups: [''], resources: ['secrets', 'configmaps'], verbs: ALL },
  { apiGroups: [''], resources: ['pods'], verbs: LOOK },
  { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: LOOK },
  { apiGroups: [''], resources: ['namespaces'], verbs: ['get'] },
];

let sim: KubernetesSimulator;
let control: ControlClient;
const servers: Server[] = [];
beforeAll(async () => {
  sim = await startKubernetes({ namespaces: ['shop'], speed: 100 });
  control = createControlClient(sim);
  sim.tokens.add({ name: 'enough', rules: ENOUGH });
  const less = ENOUGH.map((rule) => ({ ...rule, verbs: rule.verbs.filter((verb) => verb !== 'patch') }));
  sim.tokens.add({ name: 'less', rules: less.slice(0, -1) });
});
afterAll(async () => {
  await control.close();
  await sim.close();
});
afterEach(async () => {
  await control.clearFaults();
  await control.clear();
  for (const server of servers.splice(0)) server.close();
});

/** A server that is no simulator, for as long as the test takes. */
async function listening(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

interface Wish {
  readonly kubeconfig?: string;
  readonly target?: object;
}

async function look({ kubeconfig = sim.kubeconfig('enough'), target }: Wish = {}) {
  const provider = createKubernetes({ resolveSecret: () => Promise.resolve(kubeconfig) });
  const cluster = { type: 'kubeconfig', kubeconfig: 'env:BEANPOD_SECRET_A' };
  const spec = { cluster, namespace: 'shop', manifests: MANIFESTS, ...target };
  const opened = provider.live?.(spec, { bundles: { open: () => Promise.resolve(undefined) } });
  if (!opened?.ok || !opened.live.checkConnection) throw new Error('The provider cannot tell');
  const turn = { signal: AbortSignal.timeout(60_000), service: 'shop-api', environment: 'staging' };
  return await opened.live.checkConnection(turn);
}

const checkOf = (checks: readonly ConnectionCheck[], name: string) =>
  checks.find(({ check }) => check === name);
const verdicts = (checks: readonly ConnectionCheck[]) =>
  checks.map(({ check, verdict }) => `${verdict} ${check}`);

/** Nothing was written; what was posted are questions about the caller alone. */
async function expectNothingWritten(): Promise<void> {
  expect(await control.mutations()).toEqual([]);
  const posted = (await control.calls()).filter(({ method }) => method !== 'GET');
  expect(posted.filter(({ path }) => !/\/self\w+reviews$/.test(path))).toEqual([]);
}

describe('a test of the connection to a cluster', () => {
  test('passes with the rights that the manual names and no more, and writes nothing', async () => {
    const checks = await look();

    expect(checks.filter(({ verdict }) => verdict !== 'passed')).toEqual([]);
    expect(checks.map(({ check }) => check)).toEqual(
      [
        'Access to the cluster',
        'API server',
        'Identity',
        'Namespace shop',
        'Kinds of the objects',
        'Rights for deployments.apps in shop',
        'Rights for services in shop',
        'Rights for secrets in shop',
        'Rights for configmaps in shop',
        'Rights for pods in shop',
        'Rights for replicasets.apps in shop',
        'Rights for endpointslices.discovery.k8s.io in shop',
        'Rights for pods/log in shop',
      ].map((name) => expect.stringMatching(new RegExp(`^${name}$`)) as unknown),
    );
    expect(checkOf(checks, 'API server')?.seen).toBe(`${sim.url} runs Kubernetes v1.32.0-sim`);
    expect(checkOf(checks, 'Identity')?.seen).toContain('knows us as enough, in the groups');
    await expectNothingWritten();
  });

  test('names each right that is missing, and a namespace that is hidden is unknown', async () => {
    const checks = await look({ kubeconfig: sim.kubeconfig('less') });

    expect(verdicts(checks)).toEqual(
      expect.arrayContaining([
        'unknown Namespace shop',
        'failed Rights for deployments.apps in shop',
        'failed Rights for services in shop',
        'passed Rights for pods in shop',
      ]),
    );
    expect(checkOf(checks, 'Rights for deployments.apps in shop')).toMatchObject({
      seen: 'The account may not: patch',
      todo: 'Give it patch for deployments.apps in shop by a Role and a RoleBinding',
    });
    await expectNothingWritten();
  });

  test('knows what is missing in the cluster: the namespace, and a kind that it does not serve', async () => {
    const widget = '{ apiVersion: example.com/v1, kind: Widget, metadata: { name: w } }';
    const checks = await look({
      kubeconfig: sim.kubeconfig(),
      target: { namespace: 'nowhere', manifests: widget },
    });

    expect(checkOf(checks, 'Namespace nowhere')).toMatchObject({
      verdict: 'failed',
      todo: 'Make it: kubectl create namespace nowhere',
    });
    expect(checkOf(checks, 'Kinds of the objects')).toMatchObject({
      verdict: 'failed',
      seen: expect.stringContaining('does not serve example.com/v1 Widget') as unknown,
    });
    expect(verdicts(checks)).toContain('passed Rights for configmaps in nowhere');
    await expectNothingWritten();
  });

  test('takes a namespace that the set or a clone makes for none that is missing', async () => {
    const own = '{ apiVersion: v1, kind: Namespace, metadata: { name: fresh } }';
    const made = await look({ kubeconfig: sim.kubeconfig(), target: { namespace: 'fresh', manifests: own } });
    const madeFor = { stamp: '01kaqv9zc3h8m2x6y7w4t5r0pn' };
    const clone = await look({ kubeconfig: sim.kubeconfig(), target: { namespace: 'fresh', madeFor } });
    const foreign = await look({ kubeconfig: sim.kubeconfig(), target: { madeFor } });

    expect(checkOf(made, 'Namespace fresh')?.verdict).toBe('passed');
    expect(checkOf(clone, 'Namespace fresh')?.verdict).toBe('passed');
    expect(checkOf(foreign, 'Namespace shop')).toMatchObject({
      verdict: 'failed',
      seen: 'It is there, and was not made for this clone',
    });
  });

  test('says that the rights of objects are unknown which come with a version', async () => {
    const checks = await look({ target: { manifests: undefined } });

    expect(checkOf(checks, 'Kinds of the objects')).toMatchObject({
      verdict: 'unknown',
      todo: expect.stringContaining('dry run') as unknown,
    });
    expect(verdicts(checks)).toContain('passed Rights for configmaps in shop');
  });

  test('asks for lists of the configuration where its versions are looked up', async () => {
    const manifests = '{ apiVersion: v1, kind: ConfigMap, metadata: { name: app }, data: { a: b } }';
    const checks = await look({ target: { manifests, configuration: 'versioned' } });

    expect(checkOf(checks, 'Rights for configmaps in shop')?.seen).toBe('The account may not: list');
  });
});

/** The checks that nobody could make, since an earlier one did not pass. */
const LATER = ['Namespace shop', 'Rights of a deployment'];

describe('a test of the connection that does not get far', () => {
  test('because the token is refused says so, and what could not be looked at is unknown', async () => {
    const kubeconfig = sim.kubeconfig().replace(/token: \S+/, 'token: "expired"');
    const checks = await look({ kubeconfig });

    expect(checkOf(checks, 'Identity')).toMatchObject({
      verdict: 'failed',
      seen: 'The API server refuses the credentials (401)',
    });
    for (const name of LATER) expect(checkOf(checks, name)?.verdict).toBe('unknown');
  });

  test('because the kubeconfig cannot be used says so without quoting it', async () => {
    const checks = await look({ kubeconfig: 'users: [{token: sesame' });

    expect(verdicts(checks)).toEqual([
      'failed Access to the cluster',
      'unknown API server',
      'unknown Identity',
      ...LATER.map((name) => `unknown ${name}`),
    ]);
    expect(JSON.stringify(checks)).not.toContain('sesame');
    expect(checks[0]?.seen).toBe('The kubeconfig is not readable YAML');
  });

  test.each<[string, () => Promise<string>, string]>([
    [
      'nobody listens',
      async () => {
        const server = createServer();
        const port = await listening(server);
        await new Promise((resolve) => servers.pop()?.close(resolve));
        return `https://127.0.0.1:${port}`;
      },
      'Nothing takes connections at this address',
    ],
    [
      'the name is unknown',
      () => Promise.resolve('https://no-such-cluster.invalid'),
      'The name of the host is not known',
    ],
    [
      'it does not speak TLS',
      async () => {
        const port = await listening(
          createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
        );
        return `https://127.0.0.1:${port}`;
      },
      'The server does not speak TLS as expected',
    ],
    [
      'its certificate is of another authority',
      async () => {
        const { cert, key } = await makeCertificate();
        return `https://127.0.0.1:${await listening(createHttpsServer({ cert, key }))}`;
      },
      'The certificate of the server is from an authority that is not trusted',
    ],
    [
      'its certificate is for another name',
      () => Promise.resolve(`${sim.url}\n      tls-server-name: other.example.com`),
      'The certificate of the server is for another name',
    ],
    [
      'it takes the connection and says nothing',
      async () => `https://127.0.0.1:${await listening(createServer())}`,
      'No answer came within 8 seconds',
    ],
  ])('because %s says so, and what to do', async (_, address, seen) => {
    const server = await address();
    const checks = await look({ kubeconfig: sim.kubeconfig('enough').replace(sim.url, server) });

    expect(checkOf(checks, 'API server')).toMatchObject({
      verdict: 'failed',
      seen: expect.stringContaining(seen) as unknown,
      todo: expect.stringMatching(/\w/) as unknown,
    });
    expect(checkOf(checks, 'Rights of a deployment')?.verdict).toBe('unknown');
  });

  test('because no API server is there does not quote what is', async () => {
    const { ca, cert, key } = await makeCertificate();
    const server = createHttpsServer({ cert, key }, (_request, reply) => {
      reply.writeHead(404).end('an inner secret of another service');
    });
    const port = await listening(server);
    const authority = Buffer.from(ca).toString('base64');
    const kubeconfig = sim
      .kubeconfig('enough')
      .replace(sim.url, `https://127.0.0.1:${port}`)
      .replace(/certificate-authority-data: \S+/, `certificate-authority-data: ${authority}`);
    const checks = await look({ kubeconfig });

    expect(checkOf(checks, 'API server')).toMatchObject({
      verdict: 'failed',
      seen: 'It answers HTTP 404, and not as a Kubernetes API server does',
    });
    expect(JSON.stringify(checks)).not.toContain('inner secret');
  });

  test.each([
    [{ kind: 'status', code: 503, times: 20 }, 'unknown', '503'],
    [{ kind: 'status', code: 429, times: 20 }, 'unknown', '429'],
  ] as const)('is unknown where the API server cannot answer now: %o', async (fault, verdict, seen) => {
    await control.addFault({
      ...fault,
      match: { path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews' },
    });
    const checks = await look();

    expect(checkOf(checks, 'Rights of a deployment')).toMatchObject({
      verdict,
      seen: expect.stringContaining(seen) as unknown,
    });
  });

  test('ends with whoever asked', async () => {
    const port = await listening(createServer());
    const provider = createKubernetes({
      resolveSecret: () => Promise.resolve(sim.kubeconfig().replace(sim.url, `https://127.0.0.1:${port}`)),
    });
    const cluster = { type: 'kubeconfig', kubeconfig: 'env:BEANPOD_SECRET_A' };
    const spec = { cluster, namespace: 'shop' };
    const opened = provider.live?.(spec, { bundles: { open: () => Promise.resolve(undefined) } });
    const gone = AbortSignal.abort(new Error('The worker leaves'));
    if (!opened?.ok) throw new Error('The provider cannot tell');
    await expect(
      opened.live.checkConnection?.({ signal: gone, service: 'a', environment: 'b' }),
    ).rejects.toThrow('The worker leaves');
  });
});
