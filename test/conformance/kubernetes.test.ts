import { createKubernetes } from '../../src/providers/kubernetes/index.js';
import { createRawClient } from '../simulators/kubernetes/raw-client.js';
import { startKubernetes } from '../simulators/kubernetes/start.js';
import { describeProvider, type World } from './provider-suite.js';

const SPEED = 100;
const DEPLOYMENT = '/apis/apps/v1/namespaces/shop/deployments/app';
const IMAGE = 'registry.example.com/shop/app';

const MANIFESTS = `
apiVersion: v1
kind: ConfigMap
metadata: {name: app}
data: {VERSION: "{{version}}"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec:
  replicas: 2
  selector: {matchLabels: {app: app}}
  template:
    metadata: {labels: {app: app}}
    spec:
      containers: [{name: app, image: ${IMAGE}, envFrom: [{configMapRef: {name: app}}]}]
`;

/** The workload as somebody deployed it before Beanpod came. */
function earlier(version: string): unknown {
  const containers = [{ name: 'app', image: `${IMAGE}:${version}` }];
  const template = { metadata: { labels: { app: 'app' } }, spec: { containers } };
  const selector = { matchLabels: { app: 'app' } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'app', namespace: 'shop' },
    spec: { replicas: 2, selector, template },
  };
}

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
  forward: ['review', 'dry-run', 'claim', 'apply-0', 'await-0', 'settle'],
  back: ['restore', 'await-restored', 'remove-created', 'return-fields'],

  async open(): Promise<World> {
    const sim = await startKubernetes({ speed: SPEED, namespaces: ['shop'] });
    const client = createRawClient(sim);
    let foreign = 0;
    await client.apply(DEPLOYMENT, earlier('ok-1'), 'fieldManager=kubectl&force=true');
    await client.until(DEPLOYMENT, (live) => (live as unknown as Live).status.availableReplicas === 2);
    return {
      provider: createKubernetes({ tempo: 1 / SPEED }),
      variables: { BEANPOD_SECRET_SIM: sim.kubeconfig() },
      spec: {
        cluster: { type: 'kubeconfig', kubeconfig: 'env:BEANPOD_SECRET_SIM' },
        namespace: 'shop',
        manifests: MANIFESTS,
      },
      baseline: 'ok-1',
      artifactOf: (version) => ({ type: 'image', image: `${IMAGE}:${version}` }),
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
          spec: { template: { spec: { containers: [{ name: 'app', image: `${IMAGE}:ok-9` }] } } },
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
