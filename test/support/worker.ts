import { setTimeout as sleep } from 'node:timers/promises';
import { createAddressGuard } from '../../src/workers/checks/address-guard.js';
import { startDeployWorker, type DeployWorker } from '../../src/workers/deploy-worker.js';
import type { RunDeps } from '../../src/workers/run-deps.js';
import type { Provider } from '../../src/providers/define-provider.js';
import type { Artifact } from '../../src/shared/contract/artifact.js';
import type { Policy, Verify } from '../../src/shared/contract/policy.js';
import type { Kind } from '../../src/shared/domain/deployment.js';
import type { DeploymentId } from '../../src/shared/domain/ids.js';
import { isEnded, type State } from '../../src/shared/domain/state.js';
import { createLogger } from '../../src/shared/log/logger.js';
import { newId } from '../../src/shared/new-id.js';
import { createDispatcher } from '../../src/shared/queue/dispatcher.js';
import { startSweeper } from '../../src/shared/queue/sweeper.js';
import { connectRedis } from '../../src/shared/redis.js';
import { createBell } from '../../src/shared/store/bell.js';
import { createDeployments } from '../../src/shared/store/deployments.js';
import { createJournal } from '../../src/shared/store/journal.js';
import { keysOf } from '../../src/shared/store/keys.js';
import { createLeases } from '../../src/shared/store/lease.js';
import type { Registries } from '../../src/workers/images/registries.js';
import { testImages } from './images.js';
import { testSecrets } from './secrets.js';

const nothing = () => Promise.resolve([]);
const LIMITS = { perTarget: 100, live: 1_000 };
const LOOK_MS = 20;

interface Wish {
  readonly policy?: Policy;
  readonly verify?: Verify;
  readonly service?: string;
  readonly spec?: unknown;
  readonly provider?: string;
  readonly artifact?: Artifact;
  readonly queueMs?: number;
  readonly expiresAt?: string;
  readonly kind?: Kind;
}

interface Installation {
  readonly url: string;
  readonly namespace: string;
  readonly leaseMs?: number;
  readonly tempo?: number;
  /** What has come to hold a deployment that is about to write. */
  readonly holds?: RunDeps['holds'];
  readonly secrets?: RunDeps['secrets'];
  /** Image registries that its workers may ask. */
  readonly registries?: Registries;
}

/** Store, queue and as many real workers as a test wants, in this process. */
export function createInstallation({
  url,
  namespace,
  leaseMs = 2_000,
  tempo = 1,
  holds = nothing,
  secrets = testSecrets(),
  registries,
}: Installation) {
  const logger = createLogger(process.env['TEST_LOG'] ?? 'silent');
  const ignore = () => undefined;
  const redis = connectRedis(url, 'patient', ignore);
  const blocking = connectRedis(url, 'blocking', ignore);
  const subscriber = connectRedis(url, 'blocking', ignore);
  const prefix = keysOf(namespace).queuePrefix;
  const dispatcher = createDispatcher(blocking, prefix);
  const deployments = createDeployments(redis, namespace, LIMITS);
  const bell = createBell(subscriber, namespace);
  const journal = createJournal(redis, namespace);
  const sweeper = startSweeper(deployments, dispatcher, ignore);
  const workers: DeployWorker[] = [];
  let count = 0;

  async function stateOf(id: string): Promise<State> {
    return (await deployments.load(id))?.state ?? { name: 'queued' };
  }

  return {
    deployments,
    journal,
    redis,
    /** Another worker may have other secrets, as one that came later. */
    startWorker(provider: Provider, its = secrets): DeployWorker {
      count += 1;
      const worker = startDeployWorker({
        leases: createLeases(redis, namespace, leaseMs, 10_000),
        bell,
        provider: (kind) => Promise.resolve(kind === provider.kind ? provider : undefined),
        surroundings: { bundles: { open: () => Promise.resolve(undefined) } },
        guard: createAddressGuard(['127.0.0.0/8']),
        holds,
        secrets: its,
        images: testImages(redis, namespace, registries),
        logger,
        tempo,
        redact: (line) => its.redactor.redact(line),
        load: (id) => deployments.load(id),
        offer: (offer) => dispatcher.offer(offer),
        connection: blocking,
        prefix,
        name: `w${count}`,
        concurrency: 50,
      });
      workers.push(worker);
      return worker;
    },
    async deploy(version: string, wish: Wish = {}) {
      const id = newId() as DeploymentId;
      const {
        policy = {},
        verify = { stabilityMs: 0 },
        service = 'shop',
        spec = { name: 'x' },
        provider = 'scripted',
        artifact = { type: 'image', image: 'a/b:1' },
        queueMs = 60_000,
        kind = 'deploy',
        expiresAt,
      } = wish;
      const answer = await deployments.accept({
        id,
        request: {
          service,
          environment: 'staging',
          version,
          provider,
          kind,
          onBusy: 'queue',
          actor: { name: 'ci' },
          ...(expiresAt !== undefined && { expiresAt }),
        },
        input: { spec, artifact, policy, verify },
        revision: '0',
        queueMs,
      });
      if (answer.said !== 'accepted') throw new Error(`accept answered ${answer.said}`);
      for (const offer of answer.offers) dispatcher.offer(offer);
      return id;
    },
    stateOf,
    /** Sees the deployment end; fails with its story when that takes longer than `withinMs`. */
    async end(id: string, withinMs = 40_000): Promise<State> {
      const over = performance.now() + withinMs;
      for (;;) {
        const state = await stateOf(id);
        if (isEnded(state)) return state;
        if (performance.now() > over)
          throw new Error(`${id} is still ${state.name}: ${(await this.story(id)).join(', ')}`);
        await sleep(LOOK_MS);
      }
    },
    /** Codes of events and texts of lines. */
    async story(id: string): Promise<string[]> {
      return (await journal.read(id, 0, 1_000)).map(({ code, text }) => code ?? text);
    },
    async close(): Promise<void> {
      await sweeper.close();
      await Promise.all(workers.map((worker) => worker.close()));
      await dispatcher.close();
      for (const connection of [redis, blocking, subscriber]) connection.disconnect();
    },
  };
}
