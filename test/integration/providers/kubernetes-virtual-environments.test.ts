import { afterEach, describe, expect, it } from 'vitest';
import { inEnvironment, type KubernetesTarget } from '../../../src/providers/kubernetes/target.js';
import type { Environment } from '../../../src/shared/contract/configuration.js';
import { openShop, workload, type Shop } from './kubernetes-shop.js';

let shop: Shop;
afterEach(() => shop.close());

const TEMPLATES = `${workload('api')}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: app}
data: {WHERE: "{{environment}} {{region}} {{tier}} {{colour}} {{size}}"}
---
apiVersion: v1
kind: Service
metadata: {name: api}
spec:
  type: NodePort
  selector: {app: api}
  ports: [{name: http, port: 80, nodePort: 30080}, {name: admin, port: 81}]
`;

/** A deployment of the templates to an environment, in a namespace of its name. */
function orderFor(environment: string, about: Environment, manifests = TEMPLATES) {
  const target: KubernetesTarget = {
    cluster: { type: 'kubeconfig', kubeconfig: 'env:BEANPOD' },
    namespace: environment,
    manifests,
    parameters: { size: 3 },
  };
  return { environment, spec: inEnvironment(target, about) };
}

function deployTo(environment: string, about: Environment, manifests = TEMPLATES, worker?: 'new') {
  return shop.deploy('ok-1', { ...orderFor(environment, about, manifests), ...(worker && { worker }) });
}

const ANN: Environment = { tier: 'test', region: 'eu', parameters: { colour: 'red', size: 1 } };

async function portsOf(namespace: string): Promise<Record<string, number>> {
  const { body } = await shop.client.get(`/api/v1/namespaces/${namespace}/services/api`);
  const { ports } = body['spec'] as { ports: { name: string; nodePort: number }[] };
  return Object.fromEntries(ports.map(({ name, nodePort }) => [name, nodePort]));
}

function mutations(): readonly string[] {
  return shop.sim.cluster.mutations.list().map(({ verb, kind, name }) => `${verb} ${kind} ${name}`);
}

describe('environments that share a cluster and templates', () => {
  it('do not collide when their node ports have different offsets, and know their own scope', async () => {
    shop = await openShop({ namespaces: ['ann', 'bob'] });

    const ann = await deployTo('ann', ANN);
    const bob = await deployTo('bob', { ...ANN, region: 'us', nodePortOffset: 100 });

    expect([ann.failure, bob.failure]).toEqual([undefined, undefined]);
    expect([(await portsOf('ann'))['http'], (await portsOf('bob'))['http']]).toEqual([30_080, 30_180]);
    expect((await portsOf('bob'))['admin']).not.toBe((await portsOf('ann'))['admin']);
    const { body } = await shop.client.get('/api/v1/namespaces/bob/configmaps/app');
    expect(body['data']).toEqual({ WHERE: 'bob us test red 3' });
    const again = await deployTo('bob', { ...ANN, region: 'us', nodePortOffset: 100 });
    expect(again.failure).toBeUndefined();
  });

  it('are refused before a write when a port is taken, by the name of its owner', async () => {
    shop = await openShop({ namespaces: ['ann', 'bob'] });
    await deployTo('ann', { ...ANN, nodePortOffset: 100 });
    shop.sim.cluster.mutations.clear();

    const { state, failure } = await deployTo('bob', { ...ANN, nodePortOffset: 100 });

    expect(state).toBe('failed');
    expect(failure).toMatchObject({ code: 'k8s.node-port-unavailable', blame: 'request' });
    expect(failure?.detail).toMatch(
      /^Service bob\/api \(target:\d+ \(document 3, Service api\)\): node port 30180 belongs to Service ann\/api$/m,
    );
    expect(failure?.detail).toContain('added to the node ports of the manifests is 100');
    const lines = await shop.preview('ok-1', orderFor('bob', { ...ANN, nodePortOffset: 100 }));
    expect(lines.join('\n')).toMatch(/^Refused: Service bob\/api .* belongs to Service ann\/api$/m);
    expect(mutations()).toEqual([]);
  });

  it('are refused before a write when a port leaves the range of the cluster', async () => {
    shop = await openShop({ namespaces: ['ann'] });

    const { state, failure } = await deployTo('ann', { ...ANN, nodePortOffset: 3_000 });

    expect(state).toBe('failed');
    expect(failure).toMatchObject({ code: 'k8s.node-port-unavailable' });
    expect(failure?.detail).toContain('The range of valid ports is 30000-32767');
    expect(mutations()).toEqual([]);
  });

  it('are judged by the usual range where the server cannot try the Service', async () => {
    shop = await openShop({ namespaces: ['ann'] });
    const edge = `
{apiVersion: v1, kind: Namespace, metadata: {name: edge}}
---
apiVersion: v1
kind: Service
metadata: {name: door, namespace: edge, annotations: {beanpod.dev/await-endpoints: "false"}}
spec: {type: NodePort, selector: {app: api}, ports: [{port: 80, nodePort: 30090}]}
---`;
    const manifests = edge + TEMPLATES.replace(/nodePort: \d+/, 'targetPort: 80');

    const bad = await deployTo('ann', { ...ANN, nodePortOffset: 3_000 }, manifests);

    expect(bad.failure).toMatchObject({ code: 'k8s.node-port-unavailable' });
    expect(bad.failure?.detail).toContain(
      'Service edge/door (target:4 (document 2, Service door)): node port 33090 is outside 30000-32767',
    );
    expect(mutations()).toEqual([]);
    const good = await deployTo('ann', { ...ANN, nodePortOffset: 1 }, manifests);
    expect(good.failure).toBeUndefined();
  });

  it('leave the verdict to the server when the account sees no other namespace, and say so', async () => {
    shop = await openShop({ namespaces: ['ann', 'bob'] });
    await deployTo('ann', ANN);
    shop.sim.cluster.mutations.clear();
    shop.sim.tokens.add({
      name: 'beanpod',
      rules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
      namespaces: ['bob'],
    });

    const { failure, lines } = await deployTo('bob', ANN, TEMPLATES, 'new');

    expect(failure).toMatchObject({ code: 'k8s.node-port-unavailable' });
    expect(failure?.detail).toContain('provided port is already allocated');
    expect(lines.join('\n')).toContain('the account may not list the Services of all namespaces');
    expect(mutations()).toEqual([]);
  });

  it('have no two Services of a set on one port', async () => {
    shop = await openShop({ namespaces: ['ann'] });
    const twin = TEMPLATES.replace(/[\s\S]*(?=apiVersion: v1\nkind: Service)/, '---\n').replace(
      'name: api',
      'name: twin',
    );

    const { failure } = await deployTo('ann', ANN, TEMPLATES + twin);

    expect(failure?.detail).toMatch(/Service ann\/twin .*node port 30080 belongs to Service ann\/api/);
    expect(mutations()).toEqual([]);
  });

  it('cannot move a port that is no number', async () => {
    shop = await openShop({ namespaces: ['ann'] });

    const { failure } = await deployTo(
      'ann',
      { ...ANN, nodePortOffset: 1, parameters: { colour: 'x', port: '30080' } },
      TEMPLATES.replace('30080', '"{{port}}"'),
    );

    expect(failure).toMatchObject({ code: 'k8s.manifest-invalid' });
    expect(failure?.detail).toContain('nodePort "30080" is not a whole number');
  });
});
