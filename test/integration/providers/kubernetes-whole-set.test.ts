import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKubectl, hasKubectl, type Kubectl } from '../simulators/kubectl.js';
import { openShop, shopManifests, shown, type Shop, type Shown } from './kubernetes-shop.js';

const KINDS =
  'configmaps,secrets,services,deployments,horizontalpodautoscalers,ingresses,customresourcedefinitions,widgets';
const extra = '---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: extra}}\n';

describe.skipIf(!hasKubectl())('a set of eight kinds, as kubectl shows it', () => {
  let shop: Shop;
  let kubectl: Kubectl;
  beforeAll(async () => {
    shop = await openShop();
    kubectl = createKubectl(shop.sim.kubeconfig('beanpod', 'shop'));
    await shop.deploy('ok-1', { manifests: shopManifests() });
    await scale(5);
  });
  afterAll(async () => {
    kubectl.clean();
    await shop.close();
  });

  /** As the HorizontalPodAutoscaler does it. */
  async function scale(replicas: number): Promise<void> {
    const path = '/apis/apps/v1/namespaces/shop/deployments/api/scale';
    await shop.client.call('PATCH', `${path}?fieldManager=kube-controller-manager`, {
      contentType: 'application/merge-patch+json',
      body: { spec: { replicas } },
    });
  }

  async function world(): Promise<readonly unknown[]> {
    const { out, err } = await kubectl('get', KINDS, '-o', 'json', '--show-managed-fields');
    expect(err).toBe('');
    return (JSON.parse(out) as { items: Shown[] }).items.map((item) => shown(item));
  }

  it('is untouched when the server refuses its third object', async () => {
    const before = await world();
    const versions = ['get', KINDS, '-o', 'custom-columns=:kind,:metadata.name,:metadata.resourceVersion'];
    const { out } = await kubectl(...versions);

    const { state, failure } = await shop.deploy('ok-2', {
      manifests: shopManifests({ greeting: 'bye', password: 'other', extra }).replace('replicas', 'replicaz'),
    });

    expect([state, failure?.code]).toEqual(['failed', 'k8s.object-refused']);
    expect(await world()).toEqual(before);
    expect((await kubectl(...versions)).out).toBe(out);
  });

  it('is field by field what it was after a bad version, with the replicas that the autoscaler chose', async () => {
    const before = await world();
    const manifests = shopManifests({ greeting: 'bye', password: 'other', extra })
      .replace('port: 80, targetPort', 'port: 81, targetPort')
      .replace('port: {number: 80}', 'port: {number: 81}')
      .replace('maxReplicas: 10', 'maxReplicas: 20')
      .replace('size: 3', 'size: 4')
      .replace('properties: {size', 'properties: {weight: {type: integer}, size');

    const { state, lines } = await shop.deploy('image-not-found-2', { manifests });

    expect(state, lines.join('\n')).toBe('rolled_back');
    expect(before).toHaveLength(10);
    expect(await world()).toEqual(before);
    expect(lines).toContain('ConfigMap shop/extra: deleted');
    const replicas = await kubectl('get', 'deploy/api', '-o', 'jsonpath={.spec.replicas}');
    expect(replicas.out).toBe('5');
  });
});
