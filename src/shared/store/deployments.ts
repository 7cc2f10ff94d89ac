import type { Redis } from 'ioredis';
import type { Artifact } from '../contract/artifact.js';
import type { Policy, Verify } from '../contract/policy.js';
import type { CancelWish, Deployment, Request } from '../domain/deployment.js';
import { failure } from '../domain/failures.js';
import { targetName, type DeploymentId } from '../domain/ids.js';
import { ENDED_NAMES, type Hold, type StateName } from '../domain/state.js';
import { keysOf } from './keys.js';
import { pairs, readRecord } from './records.js';
import { script } from './scripts.js';
import { ACCEPT } from './scripts/accept.js';
import { CANCEL } from './scripts/cancel.js';
import { AHEAD, AUDIT, LIST, LIST_LIVE, OBSTACLES } from './scripts/read.js';
import { SWEEP } from './scripts/sweep.js';

/** Until a first offer counts as lost, in milliseconds. */
export const VISIBLE_MS = 5_000;

/** What a worker needs to run a deployment, frozen at acceptance. */
export interface WorkInput {
  readonly spec: unknown;
  readonly artifact: Artifact;
  readonly policy: Policy;
  readonly verify: Verify;
}

export interface Acceptance {
  readonly id: DeploymentId;
  readonly request: Request;
  readonly input: WorkInput;
  /** Scope and body hash of an `Idempotency-Key`. */
  readonly idempotency?: { readonly scope: string; readonly hash: string };
  /** Revision of the configuration that the request was judged by. */
  readonly revision: string;
  readonly queueMs: number;
  /** Names of the scopes whose limits count it, such as `global` or `environment:staging`. */
  readonly scopes?: readonly string[];
  /** 1 goes before all that are 0, -1 after them; within one priority first come, first served. */
  readonly priority?: -1 | 0 | 1;
  readonly hold?: Hold;
}

/** Somebody whom a worker should be woken for. */
export interface Offer {
  readonly id: string;
  readonly dispatch: string;
}

export type Accepted =
  | {
      readonly said: 'accepted';
      readonly number: number;
      readonly ahead: number;
      readonly offers: readonly Offer[];
    }
  | { readonly said: 'replay' | 'conflict' | 'busy'; readonly id: string }
  | { readonly said: 'full'; readonly waiting: number }
  | { readonly said: 'stale' | 'overloaded' };

export type Cancelled =
  | { readonly said: 'gone' | 'ended' | 'cancelling' }
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
  /** Present when a worker has been called and none has come: how often since the first call. */
  readonly unanswered?: number;
}

/** Most deployments that may wait for one target, and most that may be under way in all. */
export interface Limits {
  readonly perTarget: number;
  readonly live: number;
}

const accept = script<(string | number)[]>(ACCEPT);
const cancel = script<string[]>(CANCEL);
const sweep = script<string[]>(SWEEP);
const list = script<string[][]>(LIST);
const listLive = script<string[][]>(LIST_LIVE);
const ahead = script<number>(AHEAD);
const obstacles = script<string>(OBSTACLES);
const audit = script<string[]>(AUDIT);

const IDEMPOTENCY_MS = 24 * 3_600_000;

/** The records of all deployments, for whoever accepts, reads, cancels and sweeps. Every call is one atomic step. */
export function createDeployments(redis: Redis, namespace: string, limits: Limits) {
  const keys = keysOf(namespace);
  return {
    async accept(acceptance: Acceptance): Promise<Accepted> {
      const {
        id,
        request,
        input,
        idempotency,
        revision,
        queueMs,
        scopes = [],
        priority = 0,
        hold,
      } = acceptance;
      const replaced = failure(
        'deployment.superseded',
        `Deployment ${id} of ${request.version} took its place before it started`,
      );
      const said = {
        version: request.version,
        service: request.service,
        environment: request.environment,
        actor: request.actor.name,
      };
      const reply = await accept(redis, keys.root, [
        id,
        targetName(request.service, request.environment),
        JSON.stringify(request),
        JSON.stringify(input),
        JSON.stringify(said),
        idempotency?.scope ?? '',
        idempotency?.hash ?? '',
        IDEMPOTENCY_MS,
        request.onBusy,
        limits.perTarget,
        revision,
        queueMs,
        VISIBLE_MS,
        JSON.stringify({ name: 'superseded', failure: replaced, wrote: false }),
        limits.live,
        scopes.join(' '),
        priority,
        hold ? JSON.stringify({ name: 'held', because: [hold] }) : '',
        hold?.until ?? 0,
      ]);
      return readAccepted(reply.map(String));
    },

    async load(id: string): Promise<Deployment | undefined> {
      const fields = await redis.hgetall(keys.deployment(id));
      return fields['request'] === undefined ? undefined : readRecord(id, fields);
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

    /** How many are before a queued deployment on its target. */
    ahead: (id: string) => ahead(redis, keys.root, [id]),

    /** What stands between a deployment and its start; undefined for an unknown one. */
    async obstacles(id: string): Promise<Obstacles | undefined> {
      const found = await obstacles(redis, keys.root, [id]);
      if (found === '') return undefined;
      const { before, full, calls } = JSON.parse(found) as {
        before: string[] | null;
        full: Obstacles['full'] | null;
        calls: number;
      };
      return { before: before ?? [], full: full ?? [], ...(calls >= 0 && { unanswered: calls }) };
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
      return { said: said as 'gone' | 'ended' | 'cancelling' };
    },

    /** Ends what waited too long, recovers what lost its worker, and answers who is due for an offer. */
    async sweep(): Promise<readonly Offer[]> {
      const late = failure('deployment.expired', 'No worker started it before its queue deadline');
      const expired = JSON.stringify({ name: 'expired', failure: late });
      return readOffers(await sweep(redis, keys.root, [VISIBLE_MS, expired, 200]));
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

/** Offers as scripts return them: id, dispatch number, id, dispatch number, … */
export function readOffers(flat: readonly (string | number)[]): readonly Offer[] {
  return Object.entries(pairs(flat.map(String))).map(([id, dispatch]) => ({ id, dispatch }));
}

function readAccepted([said = '', first = '', second = '', ...offers]: readonly string[]): Accepted {
  switch (said) {
    case 'accepted':
      return { said, number: Number(first), ahead: Number(second), offers: readOffers(offers) };
    case 'replay':
    case 'conflict':
    case 'busy':
      return { said, id: first };
    case 'full':
      return { said, waiting: Number(first) };
    case 'stale':
    case 'overloaded':
      return { said };
    default:
      throw new Error(`Unexpected answer of the accept script: ${said}`);
  }
}
