import { afterEach, expect, it } from 'vitest';
import { cloneTarget, type KubernetesTarget } from '../../../src/providers/kubernetes/target.js';
import type { LiveAnswer } from '../../../src/providers/live-operations.js';
import { openShop, workload, type Shop } from './kubernetes-shop.js';

const STAMP = '01kaqv9zc3h8m2x6y7w4t5r0pn';
const NAMESPACES = '/api/v1/namespaces';

let shop: Shop;
afterEach(() => shop.close());

/** A workload with a node port, a role for the whole cluster, and the namespace itself. */
const setOf = (service: string) => `${workload(service)}
---
{apiVersion: v1, kind: Namespace, metadata: {name: "{{namespace}}"}}
---
apiVersion: v1
kind: Service
metadata: {name: ${service}}
spec: {type: NodePort, selector: {app: ${service}}, ports: [{name: http, port: 80, nodePort: 30080}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: "${service}-{{environment}}"}
rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
`;

const originOf = (service: string): KubernetesTarget => ({
  cluster: { type: 'kubeconfig', kubeconfig: 'env:BEANPOD' },
  namespace: 'shop',
  nodePortOffset: 5,
  manifests: setOf(service),
});
const cloneOf = (service: string) =>
  cloneTarget(originOf(service), { environment: 'review-7', stamp: STAMP });

function deploy(service: string, version = 'ok-1') {
  return shop.deploy(version, { service, environment: 'review-7', spec: cloneOf(service) });
}

async function look(service = 'api'): Promise<LiveAnswer<string>> {
  const surroundings = { bundles: { open: () => Promise.resolve(undefined) } };
  const opened = shop.provider.live?.(cloneOf(service), surroundings);
  if (!opened?.ok || !opened.live.remove) throw new Error('The provider cannot remove');
  return opened.live.remove({ signal: new AbortController().signal });
}

/** What the removal said, look by look, until it was done or refused. */
async function remove(): Promise<readonly LiveAnswer<string>[]> {
  const said: LiveAnswer<string>[] = [];
  await expect
    .poll(
      async () => {
        said.push(await look());
        return said.at(-1)?.said;
      },
      { timeout: 20_000 },
    )
    .not.toBe('wait');
  return said;
}

const statusOf = async (path: string) => (await shop.client.get(path)).status;
const deletions = () =>
  shop.sim.cluster.mutations
    .list()
    .filter(({ verb, user }) => verb === 'delete' && user === 'beanpod')
    .map(({ kind, name }) => `${kind} ${name}`);

it('services of a clone share a namespace that whoever comes first makes, beside the origin', async () => {
  shop = await openShop();
  const origin = await shop.deploy('ok-1', {
    service: 'api',
    spec: { ...originOf('api'), manifests: setOf('api').replace(/---\n.*kind: Namespace.*\n/, '') },
  });
  expect(origin.failure).toBeUndefined();

  const [api, web] = await Promise.all([deploy('api'), deploy('web')]);

  expect([api.failure, web.failure]).toEqual([undefined, undefined]);
  const { body } = await shop.client.get(`${NAMESPACES}/review-7`);
  expect(body['metadata']).toMatchObject({
    labels: { 'beanpod.dev/clone': STAMP, 'beanpod.dev/environment': 'review-7' },
  });
  expect(body['metadata']).not.toHaveProperty(['labels', 'beanpod.dev/service']);
  const ports = async (namespace: string) =>
    (
      (await shop.client.get(`${NAMESPACES}/${namespace}/services/api`)).body['spec'] as {
        ports: { nodePort: number }[];
      }
    ).ports[0]?.nodePort;
  expect(await ports('shop')).toBe(30_085);
  expect(await ports('review-7')).not.toBe(30_085);
});

it('a clone whose first version is bad has nothing left but its namespace', async () => {
  shop = await openShop();

  const { state } = await deploy('api', 'crash-1');

  expect(state).toBe('rolled_back');
  expect(await statusOf(`${NAMESPACES}/review-7`)).toBe(200);
  expect(await statusOf('/apis/apps/v1/namespaces/review-7/deployments/api')).toBe(404);
});

it('neither deploys to a namespace of somebody else nor deletes it', async () => {
  shop = await openShop({ namespaces: ['shop', 'review-7'] });

  const { state, failure } = await deploy('api');
  const refused = await remove();

  expect(state).toBe('failed');
  expect(failure).toMatchObject({ code: 'k8s.namespace-foreign', blame: 'request' });
  expect(refused.at(-1)).toMatchObject({ said: 'failed', failure: { code: 'k8s.namespace-foreign' } });
  expect(await statusOf(`${NAMESPACES}/review-7`)).toBe(200);
  expect(await statusOf('/apis/apps/v1/namespaces/review-7/deployments/api')).toBe(404);
});

it('its end deletes what it made outside of its namespace, then that, and nothing else', async () => {
  shop = await openShop();
  for (const service of ['api', 'web']) expect((await deploy(service)).failure).toBeUndefined();
  const roles = '/apis/rbac.authorization.k8s.io/v1/clusterroles';
  // Somebody has made it anew since, so it is no longer the one that the clone deployed.
  await shop.client.call('DELETE', `${roles}/web-review-7`);
  await shop.client.post(roles, { metadata: { name: 'web-review-7' }, rules: [] });

  const said = await remove();
  const again = await look();

  expect(said[0]).toMatchObject({ said: 'wait', because: 'namespace review-7 is being deleted' });
  expect([said.at(-1), again]).toEqual([
    { said: 'done', value: 'namespace review-7 is not there' },
    { said: 'done', value: 'namespace review-7 is not there' },
  ]);
  expect(deletions()).toEqual(['ClusterRole api-review-7', 'Namespace review-7']);
  expect(await statusOf(`${roles}/web-review-7`)).toBe(200);
  expect(await statusOf(`${NAMESPACES}/shop`)).toBe(200);
});

it('its end says what the namespace waits for, and waits while a new one is asked for', async () => {
  shop = await openShop();
  await deploy('api');
  await shop.client.post(`${NAMESPACES}/review-7/configmaps`, {
    metadata: { name: 'stuck', finalizers: ['example.com/slow'] },
  });

  await look();
  await expect
    .poll(async () => {
      const answer = await look();
      return answer.said === 'wait' ? answer.because : answer.said;
    })
    .toMatch(/^namespace review-7 is being deleted: .*(finalizers|resources)/);
  await shop.client.call('PATCH', `${NAMESPACES}/review-7/configmaps/stuck`, {
    body: { metadata: { finalizers: null } },
    contentType: 'application/merge-patch+json',
  });

  expect((await remove()).at(-1)?.said).toBe('done');
});
