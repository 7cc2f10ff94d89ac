import { createKubernetes } from '../../../src/providers/kubernetes/index.js';
import type { Drifted, Release, Session, Turn } from '../../../src/providers/contract.js';
import type { Provider } from '../../../src/providers/define-provider.js';
import type { LiveAnswer } from '../../../src/providers/live-operations.js';
import type { KubernetesTarget } from '../../../src/providers/kubernetes/target.js';
import { createRawClient, type RawClient } from '../../simulators/kubernetes/raw-client.js';
import {
  startKubernetes,
  type KubernetesOptions,
  type KubernetesSimulator,
} from '../../simulators/kubernetes/start.js';
import { quietTurn } from '../../support/drive-plan.js';
import { drive, type Drive, type DriveOptions } from './kubernetes-drive.js';

/** A simulated cluster with the namespace `shop`, and the provider that deploys to it. */
export interface Shop {
  readonly sim: KubernetesSimulator;
  readonly client: RawClient;
  readonly provider: Provider;
  deploy(version: string, more?: DeployOptions): Promise<Drive>;
  /** What a dry run shows. */
  preview(version: string, more?: DeployOptions): Promise<readonly string[]>;
  /** What a look for drift answers, at what a drive has left. */
  drift(
    version: string,
    drive: Pick<Drive, 'baseline'>,
    more?: DeployOptions,
  ): Promise<LiveAnswer<readonly Drifted[]>>;
  /** Where checks that name only a path would go. */
  endpoint(version: string, more?: DeployOptions): Promise<string | undefined>;
  /** The objects of the namespace and the definitions, as kubectl shows them, without what every write changes. */
  world(): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

export interface DeployOptions extends Partial<
  Pick<DriveOptions, 'crashAfterIntent' | 'handOver' | 'before'>
> {
  readonly manifests?: string;
  readonly spec?: Partial<KubernetesTarget>;
  readonly images?: readonly string[];
  readonly service?: string;
  readonly environment?: string;
  /** One that has no watch open yet. */
  readonly worker?: 'new';
}

/** Collections that `world` looks at. */
const COLLECTIONS = [
  '/api/v1/namespaces/shop/configmaps',
  '/api/v1/namespaces/shop/secrets',
  '/api/v1/namespaces/shop/services',
  '/apis/apps/v1/namespaces/shop/deployments',
  '/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers',
  '/apis/networking.k8s.io/v1/namespaces/shop/ingresses',
  '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies',
  '/apis/batch/v1/namespaces/shop/jobs',
  '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
  '/apis/shop.example.com/v1/namespaces/shop/widgets',
];

let count = 0;

export async function openShop(options: KubernetesOptions = {}): Promise<Shop> {
  const sim = await startKubernetes({ speed: 200, namespaces: ['shop'], ...options });
  const client = createRawClient(sim);
  const newProvider = () =>
    createKubernetes({
      tempo: 1 / (options.speed ?? 200),
      resolveSecret: (reference) =>
        Promise.resolve(sim.kubeconfig(reference.slice('env:'.length).toLowerCase())),
    });
  const provider = newProvider();
  sim.tokens.add({ name: 'beanpod', groups: ['system:masters'] });

  function orderOf(version: string, more: DeployOptions) {
    const { manifests, spec = {}, images, service = 'api', environment = 'staging' } = more;
    count += 1;
    const target = {
      cluster: { type: 'kubeconfig', kubeconfig: 'env:BEANPOD' },
      namespace: 'shop',
      ...(manifests !== undefined && { manifests }),
      ...spec,
    };
    const release: Release = {
      deploymentId: `01kaqv9zc3h8m2x6y7w4t${String(count).padStart(5, '0')}`,
      service,
      environment,
      version,
      artifact: { type: 'images', images: [...(images ?? [`registry.example.com/shop/api:${version}`])] },
    };
    return { target, release };
  }

  /** Looks at the target in a session that must not write. */
  async function looking<T>(
    version: string,
    more: DeployOptions,
    look: (session: Session<unknown>, turn: Turn, baseline: unknown) => Promise<T>,
  ): Promise<T> {
    const { target, release } = orderOf(version, more);
    const surroundings = { bundles: { open: () => Promise.resolve(undefined) } };
    const opened = await provider.open(target, release, surroundings);
    if (!opened.ok) throw new Error(opened.problems.join('; '));
    const turn = quietTurn();
    const captured = await opened.session.capture(turn);
    if (captured.said !== 'captured') throw new Error(JSON.stringify(captured));
    const seen = await look(opened.session, turn, captured.baseline);
    await opened.session.close?.();
    return seen;
  }

  return {
    sim,
    client,
    provider,
    deploy(version, more = {}) {
      const { crashAfterIntent, handOver, before } = more;
      return drive(more.worker === 'new' ? newProvider() : provider, {
        ...orderOf(version, more),
        ...(crashAfterIntent !== undefined && { crashAfterIntent }),
        ...(handOver && { handOver }),
        ...(before && { before }),
      });
    },
    preview: (version, more = {}) =>
      looking(
        version,
        more,
        async (session, turn, baseline) => (await session.preview?.(turn, baseline)) ?? [],
      ),
    async drift(version, { baseline }, more = {}) {
      const { target, release } = orderOf(version, more);
      const surroundings = { bundles: { open: () => Promise.resolve(undefined) } };
      const opened = await provider.open(target, release, surroundings);
      if (!opened.ok || !opened.session.drift) throw new Error('The provider cannot tell');
      const answer = await opened.session.drift(quietTurn(), baseline);
      await opened.session.close?.();
      return answer;
    },
    endpoint: (version, more = {}) =>
      looking(version, more, async (session, turn, baseline) => session.endpoint?.(turn, baseline)),
    async world() {
      const all: Record<string, unknown> = {};
      for (const path of COLLECTIONS) {
        const { status, body } = await client.get(path);
        if (status === 404) continue;
        for (const item of (body as unknown as { items: Shown[] }).items) {
          if (item.metadata.name === 'kube-root-ca.crt') continue;
          all[`${path.split('/').at(-1)}/${item.metadata.name}`] = shown(item);
        }
      }
      return all;
    },
    async close() {
      await client.close();
      await sim.close();
    },
  };
}

/** An object as the API server shows it. */
export interface Shown {
  metadata: Record<string, unknown> & {
    name: string;
    annotations?: Record<string, string>;
    managedFields?: Owner[];
  };
  status?: unknown;
}

interface Owner {
  manager: string;
  operation: string;
  subresource?: string;
  fieldsV1: unknown;
}

/** What is left out changes with every write, or is our own fence. Owners are compared without their times. */
export function shown(live: Shown): unknown {
  const { status: ______, ...object } = live;
  const {
    resourceVersion: __,
    generation: ___,
    managedFields = [],
    annotations = {},
    ...metadata
  } = object.metadata;
  const { 'deployment.kubernetes.io/revision': ____, 'beanpod.dev/epoch': _____, ...kept } = annotations;
  const owners = managedFields
    .filter(({ subresource }) => subresource !== 'status')
    .map(({ manager, operation, subresource, fieldsV1 }) => ({ manager, operation, subresource, fieldsV1 }))
    .sort((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other)));
  return { ...object, metadata: { ...metadata, annotations: kept }, owners };
}

/** A Deployment that is healthy at once, with anything added to its metadata. */
export function workload(name: string, metadata = ''): string {
  return `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, ${metadata}}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {containers: [{name: a, image: registry.example.com/shop/api}]}
`;
}
/** Deployment, ConfigMap, Secret, Service, HPA, Ingress, definition and custom resource. */
export function shopManifests({ greeting = 'hello', password = 'sesame', extra = '' } = {}): string {
  return `
apiVersion: v1
kind: ConfigMap
metadata: {name: app}
data: {GREETING: ${greeting}}
---
apiVersion: v1
kind: Secret
metadata: {name: db}
stringData: {password: ${password}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  replicas: 2
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      containers:
        - name: api
          image: registry.example.com/shop/api
          envFrom: [{configMapRef: {name: app}}, {secretRef: {name: db}}]
          ports: [{containerPort: 8080}]
---
apiVersion: v1
kind: Service
metadata: {name: api}
spec:
  selector: {app: api}
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: api}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: api}
  minReplicas: 2
  maxReplicas: 10
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: api}
spec:
  rules:
    - host: shop.example.com
      http:
        paths: [{path: /, pathType: Prefix, backend: {service: {name: api, port: {number: 80}}}}]
---
${DEFINITION}
---
apiVersion: shop.example.com/v1
kind: Widget
metadata: {name: one}
spec: {size: 3}
${extra}`;
}

const DEFINITION = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.shop.example.com}
spec:
  group: shop.example.com
  scope: Namespaced
  names: {kind: Widget, plural: widgets, singular: widget}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties: {size: {type: integer}}
              x-kubernetes-preserve-unknown-fields: true
`.trim();
