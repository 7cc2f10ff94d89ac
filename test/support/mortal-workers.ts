import { expect } from 'vitest';
import { useRedis } from './redis.js';
import { createFleet, type Fleet } from './worker-fleet.js';
import { createInstallation } from './worker.js';

/** Short, so that a test does not wait long for what a dead worker held. */
const LEASE_MS = 1_500;

/** A simulated cloud, and how worker processes reach it. */
interface CloudOptions<Cloud> {
  /** How many times faster than real time it runs. */
  readonly speed: number;
  open(): Promise<Cloud>;
  /** Variables of each worker, for this cloud alone. */
  settings(cloud: Cloud): Readonly<Record<string, string>>;
}

/** An installation of one test file with two real worker processes that can be killed, over a cloud of its own. */
export interface MortalWorkers<Cloud> {
  readonly cloud: Cloud;
  readonly beanpod: ReturnType<typeof createInstallation>;
  readonly fleet: Fleet;
  start(): Promise<void>;
  /** Fails when an invariant of the store is broken by then. */
  stop(): Promise<void>;
}

export function useMortalWorkers<Cloud extends { close(): Promise<void> }>({
  speed,
  open,
  settings,
}: CloudOptions<Cloud>): MortalWorkers<Cloud> {
  const redis = useRedis();
  let running: { cloud: Cloud; beanpod: ReturnType<typeof createInstallation> } | undefined;

  function here(): NonNullable<typeof running> {
    if (!running) throw new Error('Call start() first');
    return running;
  }

  const fleet = createFleet(
    () => here().beanpod,
    () => ({
      REDIS_URL: redis.url,
      BEANPOD_NAMESPACE: redis.namespace,
      BEANPOD_TEMPO: String(1 / speed),
      BEANPOD_LEASE_MS: String(LEASE_MS),
      BEANPOD_REDIS_CHECK: 'off',
      BEANPOD_LOG_LEVEL: 'info',
      ...settings(here().cloud),
    }),
  );

  return {
    get cloud() {
      return here().cloud;
    },
    get beanpod() {
      return here().beanpod;
    },
    fleet,
    async start() {
      await redis.start();
      const cloud = await open();
      running = { cloud, beanpod: createInstallation({ url: redis.url, namespace: redis.namespace }) };
      await Promise.all([fleet.add(), fleet.add()]);
    },
    async stop() {
      await fleet.close();
      const { beanpod, cloud } = here();
      const broken = await beanpod.deployments.audit();
      await beanpod.close();
      await cloud.close();
      await redis.stop();
      expect(broken).toEqual([]);
    },
  };
}
