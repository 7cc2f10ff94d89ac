import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKubernetes } from '../../../src/providers/kubernetes/index.js';
import { startKubernetes, type KubernetesSimulator } from '../../simulators/kubernetes/start.js';
import { drive } from './kubernetes-drive.js';

const CONFIG_MAP = '{apiVersion: v1, kind: ConfigMap, metadata: {name: app}, data: {a: "{{version}}"}}';

let sim: KubernetesSimulator;
let google: Server;
let containerApi = '';
const lookups: (string | undefined)[] = [];

beforeAll(async () => {
  sim = await startKubernetes({ namespaces: ['shop'], speed: 100 });
  sim.tokens.add({ name: 'worker', groups: ['system:masters'] });
  google = createServer((request, reply) => {
    lookups.push(request.url);
    const clusterCaCertificate = Buffer.from(sim.ca).toString('base64');
    const body = { endpoint: new URL(sim.url).host, masterAuth: { clusterCaCertificate } };
    reply.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => google.listen(0, '127.0.0.1', resolve));
  containerApi = `http://127.0.0.1:${(google.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await new Promise((resolve) => google.close(resolve));
  await sim.close();
});

function orderOf(cluster: unknown, version: string) {
  return {
    target: { cluster, namespace: 'shop', manifests: CONFIG_MAP },
    release: {
      deploymentId: `01kaqv9zc3h8m2x6y7w4t-${version}`,
      service: 'api',
      environment: 'staging',
      version,
      artifact: { type: 'images' as const, images: [] },
    },
  };
}

describe('access to a cluster', () => {
  it('is found in Google Cloud once, with the identity of the worker, whose tokens are renewed', async () => {
    let opened = 0;
    const provider = createKubernetes({
      tempo: 0.01,
      containerApi,
      openGoogleIdentity: async (credentials) => {
        expect(credentials).toBeUndefined();
        opened += 1;
        const token = sim.tokens.tokenOf('worker') ?? '';
        return { accessToken: () => Promise.resolve(token) };
      },
    });
    const cluster = { type: 'gke', project: 'shop-prod', location: 'europe-west3', cluster: 'main' };

    const first = await drive(provider, orderOf(cluster, '1'));
    sim.tokens.expire('worker');
    const second = await drive(provider, orderOf(cluster, '2'));

    expect([first.state, second.state], second.lines.join('\n')).toEqual(['succeeded', 'succeeded']);
    expect(lookups).toEqual(['/v1/projects/shop-prod/locations/europe-west3/clusters/main']);
    expect(opened).toBe(2);
  });

  it('that cannot be used is said so at once, without quoting any secret', async () => {
    const provider = createKubernetes({ resolveSecret: () => Promise.resolve('users: [{token: sesame') });

    const { state, failure } = await drive(
      provider,
      orderOf({ type: 'kubeconfig', kubeconfig: 'env:BEANPOD_SECRET_A' }, '3'),
    );

    expect(state).toBe('failed');
    expect(failure).toMatchObject({
      code: 'k8s.access-unusable',
      detail: 'The kubeconfig is not readable YAML',
    });
  });

  it('that is refused for its token is a failure of the operator', async () => {
    const kubeconfig = sim.kubeconfig().replace(/token: \S+/, 'token: "expired"');
    const provider = createKubernetes({ resolveSecret: () => Promise.resolve(kubeconfig) });

    const { failure } = await drive(
      provider,
      orderOf({ type: 'kubeconfig', kubeconfig: 'env:BEANPOD_SECRET_A' }, '4'),
    );

    expect(failure).toMatchObject({ code: 'k8s.access-unusable', blame: 'operator' });
  });

  it('outside of a cluster is no access to the cluster of the worker', async () => {
    const provider = createKubernetes({ serviceAccountFolder: '/nonexistent' });

    const { failure } = await drive(provider, orderOf({ type: 'in-cluster' }, '5'));

    expect(failure?.detail).toBe('This worker does not run in a cluster, or has no service account');
  });
});
