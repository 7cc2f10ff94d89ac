import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { NO_PROGRESS } from '../src/shared/domain/deployment.js';
import type { DeploymentId } from '../src/shared/domain/ids.js';
import type { State } from '../src/shared/domain/state.js';
import { newId } from '../src/shared/new-id.js';
import { createDispatcher } from '../src/shared/queue/dispatcher.js';
import { connectRedis } from '../src/shared/redis.js';
import { createDeployments } from '../src/shared/store/deployments.js';
import { createJournal } from '../src/shared/store/journal.js';
import { keysOf } from '../src/shared/store/keys.js';
import { createLeases } from '../src/shared/store/lease.js';
import { until } from './figures.js';

/** A lease that outlives every benchmark, for deployments that are moved by hand. */
const LEASE_MS = 3_600_000;

/** The store of one installation, for benchmarks that put into it what a process of Beanpod is then measured with. */
export function openStore(redisUrl: string) {
  const namespace = `bench-${newId()}`;
  const redis = connectRedis(redisUrl, 'blocking', (error) => process.stderr.write(`${error.message}\n`));
  const deployments = createDeployments(redis, namespace, { perTarget: 1_000_000, live: 1_000_000 });
  const leases = createLeases(redis, namespace, LEASE_MS, 100_000_000);
  const dispatcher = createDispatcher(redis, keysOf(namespace).queuePrefix);

  async function accept(service: string, spec: object = {}): Promise<DeploymentId> {
    const id = newId() as DeploymentId;
    const answer = await deployments.accept({
      id,
      request: {
        service,
        environment: 'staging',
        version: `1.0.${id.slice(-6)}`,
        provider: 'patient',
        kind: 'deploy',
        onBusy: 'queue',
        message: 'Faster checkout, smaller basket, and a message of ordinary length',
        actor: { name: 'ci' },
      },
      input: {
        spec,
        artifact: { type: 'image', image: `registry.example.com/shop@sha256:${'a'.repeat(64)}` },
        policy: {},
        verify: { stabilityMs: 0 },
      },
      revision: '0',
      queueMs: LEASE_MS,
    });
    if (answer.said !== 'accepted') throw new Error(`accept answered ${answer.said}`);
    for (const offer of answer.offers) dispatcher.offer(offer);
    return id;
  }

  return {
    namespace,
    redis,
    deployments,
    journal: createJournal(redis, namespace),
    accept,

    /** Takes one by hand; the answer says lines, and ends it. */
    async claim(id: string) {
      const claim = await leases.claim(id, 'bench', 'bench');
      if (claim.said !== 'ok') throw new Error(`claim answered ${claim.said}`);
      let batch = 0;
      return {
        say: (texts: readonly string[]) =>
          leases.append(
            claim.lease,
            (batch += 1),
            texts.map((text) => ({ text, level: 'info' as const })),
          ),
        end: (state: State) =>
          leases.save(claim.lease, (batch += 1), {
            state,
            progress: NO_PROGRESS,
            entries: [{ code: `deployment.${state.name}`, data: {} }],
            further: true,
          }),
      };
    },

    /**
     * Resolves when what was written no longer disturbs what is measured: Redis rewrites its append-only file beside its
     * work, and this process has garbage to collect.
     */
    async settled(): Promise<void> {
      setFlagsFromString('--expose-gc');
      (runInNewContext('gc') as () => void)();
      await until('Redis has settled', 120_000, async () =>
        /aof_rewrite_in_progress:0\r\naof_rewrite_scheduled:0/.test(await redis.info('persistence')),
      );
    },

    async close(): Promise<void> {
      await dispatcher.close();
      redis.disconnect();
    },
  };
}
