import { vi } from 'vitest';
import { startWorker } from '../../src/workers/main.js';
import { startGateway } from '../../src/gateway/main.js';
import type { LivePod, PodsView } from '../../src/shared/contract/live-pods.js';
import { loadConfig } from '../../src/shared/config/load.js';
import { createLogger } from '../../src/shared/log/logger.js';
import { createRedactor } from '../../src/shared/log/redact.js';
import { createControlClient } from '../simulators/kubernetes/control-client.js';
import { createRawClient } from '../simulators/kubernetes/raw-client.js';
import type { PolicyRule } from '../simulators/kubernetes/api/identity.js';
import { startKubernetes, type KubernetesOptions } from '../simulators/kubernetes/start.js';
import { useApi } from './api.js';

export const GATEWAY_KEY = 'key-of-the-gateway-0123456789-abcdef';
export const LIVE = '/v1/targets/shop-api/staging/live';

/** What Beanpod stamps on the workloads of a target. */
export function stampOf(service: string, environment = 'staging'): Record<string, string> {
  return { 'beanpod.dev/service': service, 'beanpod.dev/environment': environment };
}

interface Workload {
  readonly image?: string;
  readonly replicas?: number;
  /** Labels of the Deployment; the stamp of its own service unless said. */
  readonly stamp?: Readonly<Record<string, string>>;
  /** Labels of the pods besides. */
  readonly podLabels?: Readonly<Record<string, string>>;
}

/** A simulated cluster, the gateway with its rights there, and the API that reaches it; targets `shop-api` and `other` share a namespace. */
export async function startLiveCluster(
  options: KubernetesOptions = {},
  env: Readonly<Record<string, string>> = {},
  /** What the identities may do in the cluster; everything when absent. */
  rights?: { readonly gateway: PolicyRule[]; readonly worker: PolicyRule[] },
) {
  const sim = await startKubernetes({ speed: 100, namespaces: ['shop'], ...options });
  const client = createRawClient(sim);
  const control = createControlClient(sim);
  const identify = (name: 'gateway' | 'worker') =>
    sim.tokens.add(rights ? { name, rules: rights[name] } : { name, groups: ['system:masters'] });
  identify('gateway');
  const api = useApi();
  await api.redis.start();
  const settings = {
    REDIS_URL: api.redis.url,
    BEANPOD_NAMESPACE: api.redis.namespace,
    BEANPOD_BLOBS: `${api.folder}/blobs`,
    BEANPOD_REDIS_CHECK: 'off',
    BEANPOD_HOST: '127.0.0.1',
    BEANPOD_LOG_LEVEL: process.env['TEST_LOG'] ?? 'silent',
    BEANPOD_GATEWAY_KEY: GATEWAY_KEY,
    BEANPOD_GATEWAY_PORT: '0',
    BEANPOD_SECRET_SIM: sim.kubeconfig('gateway'),
    ...env,
  };
  const config = loadConfig(settings);
  const start = () => startGateway(config, createLogger(config.logLevel), createRedactor());
  const gateway = await start();
  let worker: Awaited<ReturnType<typeof startWorker>> | undefined;
  await api.start({ BEANPOD_GATEWAY_URL: gateway.url, BEANPOD_GATEWAY_KEY: GATEWAY_KEY });
  const spec = { cluster: { type: 'kubeconfig', kubeconfig: 'env:BEANPOD_SECRET_SIM' }, namespace: 'shop' };
  for (const service of ['shop-api', 'other'])
    await api.configure(service, 'staging', { provider: 'kubernetes', spec });

  return {
    sim,
    client,
    control,
    api,
    gateway,
    settings,
    startGateway: start,

    /** A worker, with an identity of its own in the cluster; closed with the rest. */
    async startWorker(): Promise<void> {
      identify('worker');
      const its = loadConfig({
        BEANPOD_TEMPO: '0.01',
        ...settings,
        BEANPOD_SECRET_SIM: sim.kubeconfig('worker'),
        BEANPOD_ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
      });
      worker = await startWorker(its, createLogger(its.logLevel), createRedactor());
    },

    /** Takes the worker away; nobody does what waits then. */
    async stopWorker(): Promise<void> {
      await worker?.close();
      worker = undefined;
    },

    /** Makes a Deployment as a deployment of Beanpod leaves it, and waits until its pods are ready. */
    async run(service: string, { image = 'app:ok-1', replicas = 1, stamp, podLabels }: Workload = {}) {
      const labels = { app: service, ...podLabels };
      await client.post('/apis/apps/v1/namespaces/shop/deployments', {
        metadata: { name: service, labels: stamp ?? stampOf(service) },
        spec: {
          replicas,
          selector: { matchLabels: { app: service } },
          template: { metadata: { labels }, spec: { containers: [{ name: 'app', image }] } },
        },
      });
    },

    /** The pods as the API shows them, once there are so many that are ready. */
    async pods(ready = 1, path = LIVE): Promise<readonly LivePod[]> {
      let seen: readonly LivePod[] = [];
      await vi.waitUntil(
        async () => {
          const { text } = await api.call().get(`${path}/pods`);
          seen = (JSON.parse(text) as Partial<PodsView>).pods ?? [];
          return seen.filter((pod) => pod.ready).length === ready;
        },
        { timeout: 40_000, interval: 30 },
      );
      return seen;
    },

    async close(): Promise<void> {
      await worker?.close();
      await api.stop();
      await gateway.close();
      await client.close();
      await control.close();
      await sim.close();
    },
  };
}

export type LiveCluster = Awaited<ReturnType<typeof startLiveCluster>>;
