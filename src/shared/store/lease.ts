import type { Redis } from 'ioredis';
import type { CancelWish, Progress } from '../domain/deployment.js';
import type { Hold, State } from '../domain/state.js';
import type { WorkInput } from './acceptance.js';
import { readOffers, VISIBLE_MS, type Offer } from './offers.js';
import { encodeEntries, type Entry } from './entries.js';
import { keysOf } from './keys.js';
import { RECORD_FORMAT } from './records.js';
import { script } from './scripts.js';
import { HOLD } from './scripts/hold.js';
import { CLAIM, HAND_OVER, RENEW } from './scripts/lease.js';
import { APPEND, SAVE } from './scripts/save.js';

/** Proof of ownership of a target; every write of its owner carries it. */
export interface Lease {
  readonly id: string;
  readonly target: string;
  readonly epoch: string;
  readonly owner: string;
}

export type Claim =
  | { readonly said: 'ok'; readonly lease: Lease; readonly attempt: number; readonly now: number }
  | { readonly said: 'gone' | 'ended' | 'newer' | 'not-holder' | 'busy' };

/** `fenced`: somebody else owns the target by now, nothing was stored. */
export type Saved =
  | { readonly said: 'ok'; readonly now: number; readonly offers: readonly Offer[] }
  | { readonly said: 'fenced' };

export interface Change {
  readonly state: State;
  readonly progress: Progress;
  readonly baseline?: unknown;
  readonly entries: readonly Entry[];
  /** Whether it got further since the last save: the count of lost workers starts anew. */
  readonly further: boolean;
}

/** What an owner found in the way before its first write. */
export interface Withheld {
  readonly because: readonly Hold[];
  readonly entries: readonly Entry[];
  /** Until somebody looks again. */
  readonly againMs: number;
  /** Until it ends expired when nothing changes. */
  readonly expiresInMs: number;
}

const claim = script<(string | number)[]>(CLAIM);
const renew = script<(string | number)[]>(RENEW);
const handOver = script<(string | number)[]>(HAND_OVER);
const save = script<(string | number)[]>(SAVE);
const hold = script<(string | number)[]>(HOLD);
const append = script<string[]>(APPEND);

/** The owner's side of the store. `batch` numbers the writes of one lease: 1, 2, 3 …; a repeated number is stored once. */
export function createLeases(redis: Redis, namespace: string, leaseMs: number, maxLines: number) {
  const keys = keysOf(namespace);
  const proof = ({ id, target, epoch, owner }: Lease) => [id, target, epoch, owner];
  return {
    leaseMs,

    async claim(id: string, owner: string, worker: string): Promise<Claim> {
      const [said, epoch, target, attempt, now] = await claim(redis, keys.root, [
        id,
        owner,
        leaseMs,
        worker,
        RECORD_FORMAT,
      ]);
      if (said !== 'ok') return { said: said as Exclude<Claim['said'], 'ok'> };
      const lease = { id, target: String(target), epoch: String(epoch), owner };
      return { said, lease, attempt: Number(attempt), now: Number(now) };
    },

    async renew(
      lease: Lease,
    ): Promise<{ said: 'ok'; cancel?: CancelWish; now: number } | { said: 'fenced' }> {
      const [said, wish, now] = await renew(redis, keys.root, [...proof(lease), leaseMs]);
      if (said !== 'ok') return { said: 'fenced' };
      return { said, now: Number(now), ...(wish && { cancel: JSON.parse(String(wish)) as CancelWish }) };
    },

    /** Gives the lease back; `lost` counts the attempt as one that took its worker with it. */
    async handOver(lease: Lease, lost: boolean): Promise<Offer | undefined> {
      const args = [...proof(lease), VISIBLE_MS, lost ? 0 : 1];
      const [said, dispatch] = await handOver(redis, keys.root, args);
      return said === 'ok' ? { id: lease.id, dispatch: String(dispatch) } : undefined;
    },

    async save(lease: Lease, batch: number, change: Change): Promise<Saved> {
      const { state, progress, baseline, entries, further } = change;
      const [said, now, ...offers] = await save(redis, keys.root, [
        ...proof(lease),
        batch,
        state.name,
        JSON.stringify(state),
        JSON.stringify(progress),
        baseline === undefined ? '' : JSON.stringify(baseline),
        encodeEntries(entries),
        entries.length,
        further ? '1' : '0',
        VISIBLE_MS,
      ]);
      if (said !== 'ok') return { said: 'fenced' };
      return { said, now: Number(now), offers: readOffers(offers) };
    },

    /**
     * Gives a deployment that has written nothing back, held for these reasons. `cancelling`: nothing was stored, since
     * somebody wishes it to stop.
     */
    async hold(
      lease: Lease,
      batch: number,
      { because, entries, againMs, expiresInMs }: Withheld,
    ): Promise<Saved | { readonly said: 'cancelling' }> {
      const [said, now, ...offers] = await hold(redis, keys.root, [
        ...proof(lease),
        batch,
        JSON.stringify({ name: 'held', because }),
        encodeEntries(entries),
        entries.length,
        Math.ceil(againMs),
        expiresInMs,
        VISIBLE_MS,
      ]);
      if (said !== 'ok') return { said: said as 'fenced' | 'cancelling' };
      return { said, now: Number(now), offers: readOffers(offers) };
    },

    async append(lease: Lease, batch: number, entries: readonly Entry[]): Promise<'ok' | 'fenced'> {
      const args = [...proof(lease), batch, encodeEntries(entries), entries.length, maxLines];
      const [said] = await append(redis, keys.root, args);
      return said === 'ok' ? 'ok' : 'fenced';
    },

    /** What the owner works on. Throws when the record has vanished, which only a defect or an operator can cause. */
    async work(id: string): Promise<{ input: WorkInput; baseline?: unknown }> {
      const { input, baseline } = await redis.hgetall(keys.work(id));
      if (input === undefined) throw new Error(`Deployment ${id} has no input`);
      const stored = baseline === undefined ? {} : { baseline: JSON.parse(baseline) as unknown };
      return { input: JSON.parse(input) as WorkInput, ...stored };
    },
  };
}

export type Leases = ReturnType<typeof createLeases>;
