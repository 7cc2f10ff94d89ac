import { expect } from 'vitest';
import { createKubernetes } from '../../src/providers/kubernetes/index.js';
import type { Policy } from '../../src/shared/contract/policy.js';
import type { State } from '../../src/shared/domain/state.js';
import { createRawClient, type RawClient } from '../simulators/kubernetes/raw-client.js';
import { startKubernetes, type KubernetesSimulator } from '../simulators/kubernetes/start.js';
import { useRedis } from './redis.js';
import { testSecrets } from './secrets.js';
import { createInstallation } from './worker.js';

/** The image that all manifests of the tests name without a tag. */
export const SHOP_IMAGE = 'registry.example.com/shop/api';

/** A deployment to a namespace that is named like its service. */
export interface ShopWish {
  readonly service: string;
  readonly manifests: string;
  /** Tag of the image, which says how its pods behave. */
  readonly tag: string;
  readonly prune?: boolean;
  readonly stabilityMs?: number;
  readonly policy?: Policy;
}

/** How a deployment ended. */
export interface ShopEnding {
  readonly id: string;
  readonly state: State;
  readonly lines: Awaited<ReturnType<ReturnType<typeof createInstallation>['journal']['read']>>;
  /** The texts of the lines. */
  readonly story: string;
}

/** A simulated cluster of one test file, with a real worker for it in this process. */
export function useShopCluster({ speed }: { readonly speed: number }) {
  const redis = useRedis();
  let running:
    | { sim: KubernetesSimulator; client: RawClient; beanpod: ReturnType<typeof createInstallation> }
    | undefined;

  function here(): NonNullable<typeof running> {
    if (!running) throw new Error('Call start() first');
    return running;
  }

  return {
    get sim() {
      return here().sim;
    },
    get client() {
      return here().client;
    },
    async start(): Promise<void> {
      await redis.start();
      const sim = await startKubernetes({ speed });
      const beanpod = createInstallation({
        url: redis.url,
        namespace: redis.namespace,
        tempo: 1 / speed,
        secrets: testSecrets({ variables: { BEANPOD_SECRET_SIM: sim.kubeconfig() } }),
      });
      beanpod.startWorker(createKubernetes({ tempo: 1 / speed }));
      running = { sim, client: createRawClient(sim), beanpod };
    },
    /** Fails when an invariant of the store is broken by then. */
    async stop(): Promise<void> {
      const { sim, client, beanpod } = here();
      const broken = await beanpod.deployments.audit();
      await beanpod.close();
      await client.close();
      await sim.close();
      await redis.stop();
      expect(broken).toEqual([]);
    },
    /** Deploys and sees the end. */
    async deploy({
      service,
      manifests,
      tag,
      prune = false,
      stabilityMs = 5_000,
      policy = {},
    }: ShopWish): Promise<ShopEnding> {
      const { beanpod } = here();
      const id = await beanpod.deploy(tag, {
        service,
        provider: 'kubernetes',
        spec: {
          cluster: { type: 'kubeconfig', kubeconfig: 'env:BEANPOD_SECRET_SIM' },
          namespace: service,
          manifests,
          prune,
        },
        artifact: { type: 'image', image: `${SHOP_IMAGE}:${tag}` },
        verify: { stabilityMs },
        policy,
      });
      const state = await beanpod.end(id, 80_000);
      const lines = await beanpod.journal.read(id, 0, 10_000);
      return { id, state, lines, story: lines.map(({ text }) => text).join('\n') };
    },
  };
}
