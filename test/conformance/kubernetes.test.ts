import { createKubernetes } from '../../src/providers/kubernetes/index.js';
import { createRawClient } from '../simulators/kubernetes/raw-client.js';
import { startKubernetes } from '../simulators/kubernetes/start.js';
import { APP_IMAGE, APP_MANIFESTS, earlierApp } from '../support/shop-app.js';
import { describeProvider, type World } from './provider-suite.js';

const SPEED = 100;
const DEPLOYMENT = '/apis/apps/v1/namespaces/shop/deployments/app';

interface Live {
  readonly metadata: { readonly generation: number };
  readonly status: { readonly availableReplicas?: number };
}

interface Pods {
  readonly items: readonly {
    readonly metadata: { readonly deletionTimestamp?: string };
    readonly spec: { readonly containers: readonly { readonly image: string }[] };
  }[];
}

describeProvider({
  kind: 'kubernetes',
  tempo: 1 / SPEED,
  good: 'ok-2',
  bad: 'image-not-found-3',
  forward: ['review', 'dry-run', 'claim', 'apply-0', 'await-0'],
  afterChange: 'await-0',
  back: ['restore', 'await-restored', 'remove-created', 'return-fields'],

  async open(): Promise<World> {
    const sim = await startKubernetes({ speed: SPEED, namespaces: ['shop'] });
    const client = createRawClient(sim);
    let foreign = 0;
    await client.apply(DEPLOYMENT, earlierApp('shop', 'ok-1'), 'fieldManager=kubectl&force=true');
    await client.until(DEPLOYMENT, (live) => (live as unknown as Live).status.availableReplicas === 2);
    return {
      provider: createKubernetes({ tempo: 1 / SPEED }),
      variables: { BEANPOD_SECRET_SIM: sim.kubeconfig() },
      spec: {
        cluster: { type: 'kubeconfig', kubeconfig: 'env:BEANPOD_SECRET_SIM' },
        namespace: 'shop',
        manifests: APP_MANIFESTS,
      },
      baseline: 'ok-1',
      artifactOf: (version) => ({ type: 'image', image: `${APP_IMAGE}:${version}` }),
      async running() {
        const pods = (await client.get('/api/v1/namespaces/shop/pods')).body as unknown as Pods;
        const alive = pods.items.filter(({ metadata }) => !metadata.deletionTimestamp);
        const tags = new Set(alive.map(({ spec }) => spec.containers[0]?.image.split(':').at(-1) ?? ''));
        return tags.size === 1 ? ([...tags][0] ?? '') : 'mixed';
      },
      async changes() {
        const { generation } = ((await client.get(DEPLOYMENT)).body as unknown as Live).metadata;
        return Array.from({ length: generation - 1 - foreign }, (_, nth) => `generation ${nth + 2}`);
      },
      async loseNextReply() {
        // The first patch is the dry run, which changes nothing.
        sim.faults.add({
          kind: 'reset-after-commit',
          match: { verb: 'patch', resource: 'deployments' },
          skip: 1,
          times: 1,
        });
      },
      async changeElsewhere() {
        foreign += 1;
        const body = {
          spec: { template: { spec: { containers: [{ name: 'app', image: `${APP_IMAGE}:ok-9` }] } } },
        };
        const contentType = 'application/strategic-merge-patch+json';
        await client.call('PATCH', `${DEPLOYMENT}?fieldManager=kubectl-set`, { body, contentType });
      },
      async close() {
        await client.close();
        await sim.close();
      },
    };
  },
});
