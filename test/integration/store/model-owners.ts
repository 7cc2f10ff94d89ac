import type { Lease } from '../../../src/shared/store/lease.js';
import type { StateName } from '../../../src/shared/domain/state.js';
import { drop, hasEnded, type Expected, type ModelDeployment, type Reference } from './model-reference.js';

/** The side of the store that owners of a target see, in the reference. */
export function createOwners(reference: Reference) {
  const { outbox, due, overdue, lapsed, expiry, admission, box, of } = reference;

  function owns({ id, target, epoch, owner }: Lease): boolean {
    const { holder, epoch: current, owner: its } = box(target);
    return holder === id && epoch === current && owner === its;
  }

  function isStored(deployment: ModelDeployment, lease: Lease, batch: number): boolean {
    return deployment.epoch === lease.epoch && deployment.batch >= batch;
  }

  return {
    /** What a claim will answer now; `took` must be told of the lease when that is ok. */
    claim(id: string, owner?: string): Expected {
      const deployment = of(id);
      const { holder, leased, expired, owner: its } = box(deployment.target);
      if (hasEnded(deployment)) return { said: 'ended' };
      if (holder !== id || admission.has(id)) return { said: 'not-holder' };
      if (overdue.includes(id)) return { said: 'busy' };
      return { said: leased && !expired && its !== owner ? 'busy' : 'ok' };
    },

    took({ id, target, epoch, owner }: Lease): void {
      const deployment = of(id);
      for (const line of [outbox, due, expiry]) line.delete(id);
      drop(overdue, id);
      drop(lapsed, target);
      Object.assign(box(target), { owner, epoch, leased: true, expired: false });
      Object.assign(deployment, { epoch, batch: 0, offers: 0, attempts: deployment.attempts + 1 });
      deployment.codes.push('deployment.claimed');
    },

    renew(lease: Lease): Expected & { cancelled?: boolean } {
      if (!owns(lease)) return { said: 'fenced' };
      drop(lapsed, lease.target);
      Object.assign(box(lease.target), { leased: true, expired: false });
      return { said: 'ok', cancelled: of(lease.id).cancelled };
    },

    save(lease: Lease, batch: number, name: StateName, codes: readonly string[], further: boolean): Expected {
      const deployment = of(lease.id);
      if (isStored(deployment, lease, batch)) return { said: 'ok', offers: [] };
      if (!owns(lease)) return { said: 'fenced' };
      deployment.batch = batch;
      deployment.codes.push(...codes);
      if (further) deployment.attempts = 1;
      const offers: string[] = [];
      if (name === 'succeeded') {
        reference.end(deployment, name);
        deployment.codes.pop();
        reference.release(lease.target, offers);
      }
      deployment.name = name;
      return { said: 'ok', offers };
    },

    append(lease: Lease, batch: number, lines: readonly string[]): string {
      const deployment = of(lease.id);
      if (isStored(deployment, lease, batch)) return 'ok';
      if (!owns(lease)) return 'fenced';
      deployment.batch = batch;
      deployment.codes.push(...lines);
      return 'ok';
    },

    handOver(lease: Lease): boolean {
      if (!owns(lease)) return false;
      const deployment = of(lease.id);
      drop(lapsed, lease.target);
      Object.assign(box(lease.target), { owner: undefined, leased: false, expired: false });
      deployment.dispatch += 1;
      deployment.attempts = Math.max(deployment.attempts - 1, 0);
      outbox.add(lease.id);
      due.delete(lease.id);
      deployment.codes.push('deployment.handed-over');
      return true;
    },
  };
}

export type Owners = ReturnType<typeof createOwners>;
