import type { Redis } from 'ioredis';
import type { Approval } from '../domain/approvals.js';
import type { CancelWish, Deployment } from '../domain/deployment.js';
import { failure } from '../domain/failures.js';
import { ENDED_NAMES, type Hold, type StateName } from '../domain/state.js';
import { createAccept, type Limits, type WorkInput } from './acceptance.js';
import { keysOf } from './keys.js';
import { readOffers, VISIBLE_MS, type Offer } from './offers.js';
import { EXPIRED } from './operations.js';
import { pairs, readRecord } from './records.js';
import { script } from './scripts.js';
import { CANCEL } from './scripts/cancel.js';
import { APPROVE, DUE, LOOK_NOW, REVIEW } from './scripts/hold.js';
import { AUDIT, LIST, LIST_LIVE, OBSTACLES, READ } from './scripts/read.js';
import { SWEEP } from './scripts/sweep.js';

/** What a look at a held deployment came to. `stale`: it has changed since it was read, and nothing was done. */
export type Reviewed =
  | { readonly said: 'stale' | 'same' | 'held' }
  | { readonly said: 'resumed'; readonly offers: readonly Offer[] };

/** `proven`: the version has given all its proofs, and its deployment only cleans up behind it. */
export type Cancelled =
  | { readonly said: 'gone' | 'ended' | 'proven' | 'cancelling' }
  | { readonly said: 'cancelled'; readonly offers: readonly Offer[] };

export interface ListQuery {
  readonly service?: string;
  readonly environment?: string;
  readonly states?: readonly StateName[];
  readonly before?: string;
  readonly limit: number;
}

/** What stands between a deployment and its start. */
export interface Obstacles {
  /** Deployments before it on its target, the running one first; at most a hundred. */
  readonly before: readonly string[];
  /** Limits that are reached. */
  readonly full: readonly { readonly scope: string; readonly limit: number }[];
  /** Operations that go before it on its target. */
  readonly operations: readonly string[];
  /** Present when a worker has been called and none has come: how often since the first call. */
  readonly unanswered?: number;
}

const cancel = script<string[]>(CANCEL);
const sweep = script<string[]>(SWEEP);
const list = script<string[][]>(LIST);
const listLive = script<string[][]>(LIST_LIVE);
const read = script<string[]>(READ);
const obstacles = script<string>(OBSTACLES);
const audit = script<string[]>(AUDIT);
const due = script<string[]>(DUE);
const review = script<string[]>(REVIEW);
const approve = script<string>(APPROVE);
const lookNow = script<number>(LOOK_NOW);

/** The records of all deployments, for whoever accepts, reads, cancels and sweeps. Every call is one atomic step. */
export function createDeployments(redis: Redis, namespace: string, limits: Limits) {
  const keys = keysOf(namespace);
  return {
    accept: createAccept(redis, namespace, limits),

    async load(id: string): Promise<Deployment | undefined> {
      const fields = pairs(await read(redis, keys.root, [id]));
      return fields['request'] === undefined ? undefined : readRecord(id, fields);
    },

    /** Id of the deployment that was accepted under an idempotency key; they are remembered for a day. */
    async acceptedUnder(scope: string): Promise<string | undefined> {
      return (await redis.hget(keys.idempotency(scope), 'id')) ?? undefined;
    },

    /** What a deployment was frozen to at its acceptance; undefined when Redis no longer keeps it. */
    async input(id: string): Promise<WorkInput | undefined> {
      const input = await redis.hget(keys.work(id), 'input');
      return input === null ? undefined : (JSON.parse(input) as WorkInput);
    },

    /** Newest first; ask again with the id of the last one as `before`. */
    async list({ service, environment, states, before, limit }: ListQuery): Promise<readonly Deployment[]> {
      const from = before ?? '';
      const scope = indexOf(service, environment);
      const ended = states?.filter((name) => ENDED_NAMES.some((each) => each === name)) ?? [];
      const live = states?.filter((name) => !ended.includes(name)) ?? [];
      const indexes = states === undefined ? [scope] : ended.map((name) => `${scope}:${name}`);
      const [old, running] = await Promise.all([
        indexes.length > 0 ? list(redis, keys.root, [from, limit, ...indexes]) : [],
        live.length > 0
          ? listLive(redis, keys.root, [from, limit, service ?? '', environment ?? '', ...live])
          : [],
      ]);
      return [...old, ...running]
        .map(pairs)
        .map((fields) => readRecord(fields['id'] ?? '', fields))
        .sort((one, other) => (one.id < other.id ? 1 : -1))
        .slice(0, limit);
    },

    /** Sets how many may run at once by kind of scope; kinds that are absent have no limit. */
    async limit(most: Readonly<Record<string, number | undefined>>): Promise<void> {
      for (const kind of ['global', 'environment', 'account']) {
        const limit = most[kind];
        if (limit === undefined) await redis.hdel(keys.limits, kind);
        else await redis.hset(keys.limits, kind, limit);
      }
    },

    /** What stands between a deployment and its start; undefined for an unknown one. */
    async obstacles(id: string): Promise<Obstacles | undefined> {
      const found = await obstacles(redis, keys.root, [id]);
      if (found === '') return undefined;
      const { before, full, operations, calls } = JSON.parse(found) as {
        before: string[] | null;
        full: Obstacles['full'] | null;
        operations: string[] | null;
        calls: number;
      };
      return {
        before: before ?? [],
        full: full ?? [],
        operations: operations ?? [],
        ...(calls >= 0 && { unanswered: calls }),
      };
    },

    async cancel(id: string, wish: CancelWish): Promise<Cancelled> {
      const why = failure('deployment.cancelled', `${wish.by} cancelled it: ${wish.reason}`);
      const [said = 'gone', ...offers] = await cancel(redis, keys.root, [
        id,
        JSON.stringify(wish),
        JSON.stringify({ name: 'cancelled', failure: why }),
        JSON.stringify({ ...wish, detail: why.detail }),
        VISIBLE_MS,
      ]);
      if (said === 'cancelled') return { said, offers: readOffers(offers) };
      return { said: said as 'gone' | 'ended' | 'proven' | 'cancelling' };
    },

    /** Ends what waited too long, recovers what lost its worker, and answers who is due for an offer. */
    async sweep(): Promise<readonly Offer[]> {
      const late = failure('deployment.expired', 'No worker started it before its queue deadline');
      const expired = JSON.stringify({ name: 'expired', failure: late });
      return readOffers(await sweep(redis, keys.root, [VISIBLE_MS, expired, 200, EXPIRED]));
    },

    /** Held deployments that are due for a look; nobody else is told of them before `againMs` have passed. */
    due: (againMs: number) => due(redis, keys.root, [againMs, 200]),

    /** Lines a held deployment up, or keeps it held for these reasons until the next look in `againMs`. */
    async review(
      { id, revision }: Pick<Deployment, 'id' | 'revision'>,
      because: readonly Hold[],
      againMs: number,
    ): Promise<Reviewed> {
      const state = because.length === 0 ? '' : JSON.stringify({ name: 'held', because });
      const [said = 'stale', ...offers] = await review(redis, keys.root, [
        id,
        revision,
        state,
        Math.ceil(againMs),
        VISIBLE_MS,
      ]);
      if (said === 'resumed') return { said, offers: readOffers(offers) };
      return { said: said as 'stale' | 'same' | 'held' };
    },

    /** Stores an approval of a held deployment; answers the name of its state when it is not held, `gone` without one. */
    approve: (id: string, approval: Approval) =>
      approve(redis, keys.root, [
        id,
        approval.by,
        JSON.stringify(approval),
        JSON.stringify({ by: approval.by, reason: approval.reason ?? 'no reason was given' }),
      ]),

    /** What holds a deployment, or any of them, may have changed: it is due now. */
    async lookNow(id = ''): Promise<void> {
      await lookNow(redis, keys.root, [id]);
    },

    /** The version that was rolled back on a target when nothing has succeeded there since, and by which deployment. */
    async failedOn(target: string): Promise<{ version: string; deployment: string } | undefined> {
      const [version, deployment] = await redis.hmget(keys.mailbox(target), 'failed', 'failedId');
      return version && deployment ? { version, deployment } : undefined;
    },

    /** Every violated invariant of the store; empty when all is well. */
    audit: () => audit(redis, keys.root, []),
  };
}

export type Deployments = ReturnType<typeof createDeployments>;

function indexOf(service?: string, environment?: string): string {
  if (service && environment) return `target:${service}/${environment}`;
  if (service) return `service:${service}`;
  return environment ? `environment:${environment}` : 'all';
}
