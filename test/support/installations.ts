import { expect } from 'vitest';
import { useRedis } from './redis.js';
import { createInstallation } from './worker.js';

/** An installation for each test of a file, so that they can wait side by side. */
export function useInstallations() {
  const redis = useRedis();
  const open: ReturnType<typeof createInstallation>[] = [];
  return {
    start: () => redis.start(),
    /** Fails when an invariant of one of the stores is broken by then. */
    async stop(): Promise<void> {
      const broken = await Promise.all(open.map((each) => each.deployments.audit()));
      for (const each of open) await each.close();
      await redis.stop();
      expect(broken.flat()).toEqual([]);
    },
    install() {
      const namespace = `${redis.namespace}-${open.length}`;
      const beanpod = createInstallation({ url: redis.url, namespace });
      open.push(beanpod);
      return beanpod;
    },
  };
}
