import { afterAll, beforeAll, expect, it } from 'vitest';
import { SHOP_IMAGE, useShopCluster, type ShopEnding } from '../support/shop-cluster.js';

const cluster = useShopCluster({ speed: 100 });
beforeAll(() => cluster.start());
afterAll(() => cluster.stop());

/** A namespace, a Job that comes first in it, and a workload. */
const manifestsOf = (namespace: string) => `
apiVersion: v1
kind: Namespace
metadata: {name: ${namespace}, annotations: {beanpod.dev/wave: "1"}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: migrate, annotations: {beanpod.dev/hook: pre-deploy}}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'registry.example.com/migrate:exit'}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec: {containers: [{name: web, image: ${SHOP_IMAGE}}]}
`;

function deploy(namespace: string, tag: string): Promise<ShopEnding> {
  const policy = { deadlines: { stepMs: 1_200_000 } };
  return cluster.deploy({ service: namespace, manifests: manifestsOf(namespace), tag, policy });
}

it('is deployed with the namespace of its own target, which is made before anything in it', async () => {
  const { state, story } = await deploy('brand-new', 'ok-1');

  expect(state, story).toEqual({ name: 'succeeded' });
  expect((await cluster.client.get('/apis/apps/v1/namespaces/brand-new/deployments/api')).status).toBe(200);
  expect(story).toContain('Namespace brand-new: created');
});

it('is made no second time, and stays when the next version is rolled back', async () => {
  const uid = (await cluster.client.get('/api/v1/namespaces/brand-new')).body.metadata.uid;
  const { state, story } = await deploy('brand-new', 'image-not-found-2');

  expect(state, story).toMatchObject({ name: 'rolled_back' });
  expect((await cluster.client.get('/api/v1/namespaces/brand-new')).body.metadata.uid).toBe(uid);
  expect(story).not.toContain('Namespace brand-new: created');
});

it('stays empty behind a first version that is bad', async () => {
  const { state, story } = await deploy('bad-first', 'image-not-found-1');

  expect(state, story).toMatchObject({ name: 'rolled_back' });
  expect((await cluster.client.get('/api/v1/namespaces/bad-first')).status).toBe(200);
  expect((await cluster.client.get('/apis/apps/v1/namespaces/bad-first/deployments/api')).status).toBe(404);
  const { items } = (await cluster.client.get('/api/v1/namespaces/bad-first/configmaps')).body as unknown as {
    items: readonly { metadata: { name: string } }[];
  };
  expect(items.map(({ metadata }) => metadata.name)).toEqual(['kube-root-ca.crt']);
});
