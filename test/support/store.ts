import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { NO_PROGRESS, type OnBusy } from '../../src/shared/domain/deployment.js';
import type { DeploymentId } from '../../src/shared/domain/ids.js';
import type { State } from '../../src/shared/domain/state.js';
import { newId } from '../../src/shared/new-id.js';
import type { Accepted, Holding } from '../../src/shared/store/acceptance.js';
import { createDeployments } from '../../src/shared/store/deployments.js';
import { createJournal } from '../../src/shared/store/journal.js';
import { createLeases, type Lease } from '../../src/shared/store/lease.js';
import { useRedis } from './redis.js';

interface Wish {
  readonly service?: string;
  readonly version?: string;
  readonly message?: string;
  readonly onBusy?: OnBusy;
  readonly key?: string;
  readonly hash?: string;
  readonly revision?: string;
  readonly queueMs?: number;
  readonly scopes?: readonly string[];
  readonly priority?: -1 | 0 | 1;
  readonly hold?: Holding;
}

/** The store of the calling test file on real Redis, emptied before each test, with short leases. */
export function useStore(leaseMs = 60) {
  const redis = useRedis();
  let store = open();

  function open(limits = { perTarget: 5, live: 1_000 }, maxLines = 1_000) {
    const lazily = () => redis.client;
    const { namespace } = redis;
    return {
      get deployments() {
        return createDeployments(lazily(), namespace, limits);
      },
      get leases() {
        return createLeases(lazily(), namespace, leaseMs, maxLines);
      },
      get journal() {
        return createJournal(lazily(), namespace);
      },
    };
  }

  beforeAll(() => redis.start());
  beforeEach(async () => {
    await redis.clear();
    store = open();
  });
  afterAll(() => redis.stop());

  return {
    redis,
    get deployments() {
      return store.deployments;
    },
    get leases() {
      return store.leases;
    },
    get journal() {
      return store.journal;
    },
    limit(limits: { perTarget: number; live: number }, maxLines?: number): void {
      store = open(limits, maxLines);
    },

    async accept(wish: Wish = {}): Promise<{ id: DeploymentId; answer: Accepted }> {
      const {
        service = 'shop',
        version = '1',
        message,
        onBusy = 'queue',
        key,
        hash = 'h',
        revision = '0',
        queueMs = 60_000,
        ...rest
      } = wish;
      const id = newId() as DeploymentId;
      const asker = { actor: { name: 'ci' }, ...(message !== undefined && { message }) };
      const answer = await store.deployments.accept({
        id,
        request: {
          service,
          environment: 'staging',
          version,
          provider: 'p',
          kind: 'deploy',
          onBusy,
          ...asker,
        },
        input: { spec: {}, artifact: { type: 'image', image: 'a/b:1' }, policy: {}, verify: {} },
        ...(key && { idempotency: { scope: key, hash } }),
        revision,
        queueMs,
        ...rest,
      });
      return { id, answer };
    },

    async claim(id: string, owner = 'w1'): Promise<Lease> {
      const answer = await store.leases.claim(id, owner, owner);
      if (answer.said !== 'ok') throw new Error(`claim answered ${answer.said}`);
      return answer.lease;
    },

    end(lease: Lease, batch = 1, state: State = { name: 'succeeded' }) {
      const entries = [{ code: 'deployment.succeeded', data: {} }];
      return store.leases.save(lease, batch, { state, progress: NO_PROGRESS, further: true, entries });
    },

    async codes(id: string): Promise<string[]> {
      return (await store.journal.read(id, 0, 100)).map((line) => line.code ?? line.text);
    },

    async nameOf(id: string): Promise<string | undefined> {
      return (await store.deployments.load(id))?.state.name;
    },
  };
}

/** Stores one deployment of a target in a namespace, on any Redis. */
export async function acceptOne(client: Redis, namespace: string): Promise<DeploymentId> {
  const id = newId() as DeploymentId;
  await createDeployments(client, namespace, { perTarget: 5, live: 5 }).accept({
    id,
    request: {
      service: 'shop',
      environment: 'live',
      version: '1',
      provider: 'p',
      kind: 'deploy',
      onBusy: 'queue',
      actor: { name: 'ci' },
    },
    input: { spec: {}, artifact: { type: 'image', image: 'a/b:1' }, policy: {}, verify: {} },
    revision: '0',
    queueMs: 60_000,
  });
  return id;
}
