import { stringify } from 'yaml';

/** An image that runs for ever, in versions that every cluster can pull; and one that has a shell. */
export const RUNS = 'registry.k8s.io/pause';
export const SHELL = 'registry.k8s.io/busybox:1.27.2';

/** What a set of the test differs in. */
export interface ShopOptions {
  readonly greeting?: string;
  readonly command?: readonly string[];
  /** More documents. */
  readonly more?: readonly unknown[];
}

const requests = { cpu: '10m', memory: '16Mi' };
const labels = { app: 'shop' };

/** A set of the kinds that every cluster serves, and that need no controller that a cluster may lack. */
export function shopSet({ greeting = 'hello', command, more = [] }: ShopOptions = {}): string {
  return manifestsOf([
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'shop' }, data: { GREETING: greeting } },
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'shop' }, stringData: { PASSWORD: greeting } },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'shop' },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: {
          // A simulated kubelet never runs a command: this tells it how the command ends.
          metadata: { labels, ...(command && { annotations: { [BEHAVIOUR]: 'start-error' } }) },
          spec: {
            terminationGracePeriodSeconds: 1,
            containers: [
              {
                name: 'shop',
                image: RUNS,
                ...(command && { command }),
                envFrom: [{ configMapRef: { name: 'shop' } }, { secretRef: { name: 'shop' } }],
                ports: [{ containerPort: 8080, protocol: 'TCP' }],
                resources: { requests },
              },
            ],
          },
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'shop' },
      spec: { selector: labels, ports: [{ port: 80, targetPort: 8080, protocol: 'TCP' }] },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'shop' },
      spec: {
        podSelector: { matchLabels: labels },
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }] }],
      },
    },
    {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'shop' },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop' },
        minReplicas: 2,
        maxReplicas: 4,
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 90 } },
          },
        ],
      },
    },
    ...more,
  ]);
}

/** A ConfigMap that is in the set of one version only. */
export function extra(name: string): unknown {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { a: '1' } };
}

/** A Job that runs before the set is applied. */
export function migration(): unknown {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'migrate', annotations: { 'beanpod.dev/hook': 'pre-deploy' } },
    spec: {
      backoffLimit: 0,
      template: {
        spec: {
          restartPolicy: 'Never',
          containers: [
            { name: 'run', image: SHELL, command: ['sh', '-c', 'echo migrated'], resources: { requests } },
          ],
        },
      },
    },
  };
}

const BEHAVIOUR = 'sim.beanpod.dev/behaviour';

function manifestsOf(objects: readonly unknown[]): string {
  return objects.map((object) => stringify(object)).join('---\n');
}
