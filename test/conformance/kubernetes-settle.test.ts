import { afterAll, beforeAll, expect, it } from 'vitest';
import { SHOP_IMAGE, useShopCluster, type ShopEnding, type ShopWish } from '../support/shop-cluster.js';

const cluster = useShopCluster({ speed: 20 });
beforeAll(() => cluster.start());
afterAll(() => cluster.stop());

const LEAVING = `---
apiVersion: v1
kind: ConfigMap
metadata: {name: leaving, finalizers: [FINALIZERS]}
`;

function workload(behaviour: string): string {
  return `
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}, annotations: {sim.beanpod.dev/behaviour: ${behaviour}}}
    spec: {containers: [{name: web, image: ${SHOP_IMAGE}}]}
`;
}

/** Deploys with a stability window in which a version can turn bad, and drops what is not in the manifests. */
function deploy(
  wish: Pick<ShopWish, 'service' | 'manifests'> & { readonly tag?: string },
): Promise<ShopEnding> {
  const policy = { deadlines: { verifyMs: 120_000 } };
  return cluster.deploy({ tag: '1', prune: true, stabilityMs: 60_000, policy, ...wish });
}

/** A namespace in which a first version with one object more runs. Answers the path and the uid of that object. */
async function firstVersion(service: string, finalizers = ''): Promise<{ path: string; uid: string }> {
  await cluster.client.post('/api/v1/namespaces', { metadata: { name: service } });
  const extra = LEAVING.replace('FINALIZERS', finalizers);
  const { state } = await deploy({ service, manifests: workload('ok') + extra });
  expect(state).toEqual({ name: 'succeeded' });
  const path = `/api/v1/namespaces/${service}/configmaps/leaving`;
  return { path, uid: await uidOf(path) };
}

async function uidOf(path: string): Promise<string> {
  const { status, body } = await cluster.client.get(path);
  return status === 404 ? 'gone' : body.metadata.uid;
}

function dataOf({ lines }: ShopEnding, code: string) {
  return lines.find((line) => line.code === code)?.data;
}

it('deletes what left the set only after the stability window', async () => {
  const { path } = await firstVersion('proven');
  const { state, lines } = await deploy({ service: 'proven', manifests: workload('ok'), tag: '2' });

  expect(state).toEqual({ name: 'succeeded' });
  expect(await uidOf(path)).toBe('gone');
  const deleted = lines.findIndex(({ text }) => text.endsWith('proven/leaving: deleted'));
  expect(deleted).toBeGreaterThan(lines.findIndex(({ code }) => code === 'deployment.settling'));
});

it('leaves an object its uid when the version that drops it turns bad in the stability window', async () => {
  const { path, uid } = await firstVersion('late');
  const flaps = workload('flap after=20s');
  const ending = await deploy({ service: 'late', manifests: flaps, tag: '2' });

  expect(ending.state).toMatchObject({ name: 'rolled_back', cause: { code: 'health.flapping' } });
  expect(dataOf(ending, 'stage.failed')).toMatchObject({ stage: 'stability' });
  expect(await uidOf(path)).toBe(uid);
});

it('succeeds when an object cannot be deleted, says so, and the next deployment deletes it', async () => {
  const { path, uid } = await firstVersion('denied');
  cluster.sim.faults.add({
    kind: 'status',
    code: 403,
    match: { verb: 'delete', resource: 'configmaps', namespace: 'denied' },
  });
  const ending = await deploy({ service: 'denied', manifests: workload('ok'), tag: '2' });

  expect(ending.state).toMatchObject({ name: 'succeeded', unsettled: { code: 'k8s.access-denied' } });
  expect(dataOf(ending, 'settle.failed')).toMatchObject({ code: 'k8s.access-denied' });
  expect(await uidOf(path)).toBe(uid);
  const next = await deploy({ service: 'denied', manifests: workload('ok'), tag: '3' });
  expect(next.state).toEqual({ name: 'succeeded' });
  expect(await uidOf(path)).toBe('gone');
});

it('succeeds when a finalizer holds an object for ever, and the next deployment does not wait for it', async () => {
  const { path, uid } = await firstVersion('held', 'shop.example.com/never');
  const { state } = await deploy({ service: 'held', manifests: workload('ok'), tag: '2' });

  expect(state).toMatchObject({
    name: 'succeeded',
    unsettled: { code: 'deployment.unsettled', detail: expect.stringContaining('finalizers') as string },
  });
  const next = await deploy({ service: 'held', manifests: workload('flap after=20s'), tag: '3' });
  expect(next.state).toMatchObject({ name: 'rolled_back' });
  expect((await cluster.client.get(path)).body.metadata).toMatchObject({
    uid,
    deletionTimestamp: expect.any(String) as string,
  });
});
