import { NO_PROGRESS, type Progress } from '../../src/shared/domain/deployment.js';
import { failure } from '../../src/shared/domain/failures.js';
import type { State } from '../../src/shared/domain/state.js';
import type { Entry } from '../../src/shared/store/entries.js';
import { createLeases, type Lease } from '../../src/shared/store/lease.js';
import type { useRedis } from './redis.js';

/** Moves deployments by hand through the worker's side of the store, so that a test decides what happens when. */
export function createHandWorker(redis: ReturnType<typeof useRedis>) {
  const leases = createLeases(redis.client, redis.namespace, 60_000, 1_000_000);
  const held = new Map<string, { lease: Lease; batch: number }>();

  async function hold(id: string): Promise<{ lease: Lease; batch: number }> {
    const known = held.get(id);
    if (known) {
      known.batch += 1;
      return known;
    }
    const claim = await leases.claim(id, `hand-${id}`, 'hand');
    if (claim.said !== 'ok') throw new Error(`The claim of ${id} answered ${claim.said}`);
    const mine = { lease: claim.lease, batch: 1 };
    held.set(id, mine);
    return mine;
  }

  async function save(id: string, state: State, progress: Progress = NO_PROGRESS): Promise<void> {
    const { lease, batch } = await hold(id);
    await leases.save(lease, batch, { state, progress, entries: [], further: true });
  }

  return {
    save,
    async say(id: string, ...texts: readonly string[]): Promise<void> {
      const { lease, batch } = await hold(id);
      const entries: Entry[] = texts.map((text) => ({ text, level: 'info', step: 'switch' }));
      await leases.append(lease, batch, entries);
    },
    succeed: (id: string) => save(id, { name: 'succeeded' }),
    rollBack: (id: string) =>
      save(id, { name: 'rolled_back', cause: failure('health.degraded', '2 of 2 instances are red') }),
    cancel: (id: string) =>
      save(id, {
        name: 'rolled_back',
        cause: failure('deployment.cancelled', 'ann cancelled it: Wrong day'),
      }),
    failRollback: (id: string) => {
      const bad = failure('health.degraded', '2 of 2 instances are red');
      return save(id, { name: 'rollback_failed', cause: bad, failure: bad });
    },
  };
}
