import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { createRawClient } from '../../../test/simulators/kubernetes/raw-client.js';
import { lookOut } from '../first-warning.js';
import { speed, type Release, type Story } from '../story.js';

const namespace = 'shop';
const repository = 'registry.example.com/shop/app';

// The simulated kubelet reads from the tag how a container behaves: "ok" runs, "image-not-found" cannot be pulled.
const good = releaseOf('1.4.0-k8s', 'ok-1.4.0');
const bad = releaseOf('1.5.0-k8s', 'image-not-found-1.5.0');

/** Three objects in a simulated Kubernetes; the worker talks HTTPS to it with a kubeconfig, as to any cluster. */
export const kubernetesStory: Story = {
  provider: 'kubernetes',
  title: 'a simulated Kubernetes with 3 nodes',
  async startCloud(start, folder) {
    const child = start('kubernetes', [
      'test/simulators/kubernetes/main.ts',
      '--port=0',
      `--speed=${speed}`,
      `--folder=${folder}`,
    ]);
    const { url, ca, kubeconfig, token } = await child.line(isReady);
    const access = { url, ca: readFileSync(ca, 'utf8'), token };
    await createNamespace(access);
    return {
      child,
      url,
      workerEnv: { BEANPOD_SECRET_SIM: readFileSync(kubeconfig, 'utf8') },
      commands: [`KUBECONFIG='${kubeconfig}' kubectl get deploy,pods -n ${namespace}`],
      lookOut: () => lookOut(access, namespace),
    };
  },
  service: 'shop',
  environment: 'staging-k8s',
  target: {
    provider: 'kubernetes',
    spec: {
      cluster: { type: 'kubeconfig', kubeconfig: 'env:BEANPOD_SECRET_SIM' },
      namespace,
      manifests: readFileSync(join(import.meta.dirname, 'kubernetes.yaml'), 'utf8'),
    },
    verify: { stabilityMs: 30_000 },
  },
  live: { exec: true },
  good,
  bad,
  reason: {
    'the image': new RegExp(`${repository}:image-not-found-1\\.5\\.0`),
    'what the registry answered': /: not found/,
    'the pod': /\bpod shop-[0-9a-z]+-[0-9a-z]+/,
  },
  proof: { 'the first cause': /First cause: .*cannot pull image/ },
};

function releaseOf(version: string, tag: string): Release {
  return { version, artifact: { type: 'image', image: `${repository}:${tag}` } };
}

async function createNamespace(access: Parameters<typeof createRawClient>[0]): Promise<void> {
  const client = createRawClient(access);
  try {
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
    const { status, text } = await client.post('/api/v1/namespaces', body);
    if (status !== 201)
      throw new Error(`The simulated Kubernetes refused namespace ${namespace}: ${status} ${text}`);
  } finally {
    await client.close();
  }
}

interface Ready {
  readonly url: string;
  /** Files. */
  readonly ca: string;
  readonly kubeconfig: string;
  readonly token: string;
}

function isReady(value: unknown): value is Ready {
  return typeof value === 'object' && value !== null && 'url' in value && 'kubeconfig' in value;
}
