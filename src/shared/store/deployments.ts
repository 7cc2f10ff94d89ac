import type { Redis } from 'ioredis';
import type { Artifact } from '../contract/artifact.js';
import type { Policy, Verify } from '../contract/policy.js';
import type { Approval } from '../domain/approvals.js';
import { NO_PROGRESS, type CancelWish, type Deployment, type Request } from '../domain/deployment.js';
import { failure } from '../domain/failures.js';
import { targetName, type DeploymentId } from '../domain/ids.js';
import { ENDED_NAMES, type Hold, type StateName } from '../domain/state.js';
import { keysOf } from './keys.js';
import { pairs, readRecord } from './records.js';
import { createRoom } from './room.js';
import { script } from './scripts.js';
import { ACCEPT } from './scripts/accept.js';
import { CANCEL } from './scripts/cancel.js';
import { APPROVE, DUE, LOOK_NOW, REVIEW } from './scripts/hold.js';
import { AUDIT, LIST, LIST_LIVE, OBSTACLES, READ } from './scripts/read.js';
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
  readonly hold?: Holding;
  /** Whether it is accepted although this version was rolled back on the target and nothing has succeeded since. */
  readonly evenIfFailed?: boolean;
}

/** Why a deployment is held from the start, and when to look at it next, in milliseconds since the epoch. */
export interface Holding {
  readonly because: readonly Hold[];
  readonly lookAt: number;
  /** `clock`: it lines up at that time. `judge`: somebody then judges again what holds it. */
  readonly ends: 'clock' | 'judge';
}

/** What a look at a held deployment came to. `stale`: it has changed since it was read, and nothing was done. */
export type Reviewed =
  | { readonly said: 'stale' | 'same' | 'held' }
  | { readonly said: 'resumed'; readonly offers: readonly Offer[] };

/** Somebody whom a worker should be woken for. */
export interface Offer {
  readonly id: string;
  readonly dispatch: string;
}

export type Accepted =
  | {
      readonly said: 'accepted';
      /** As it was stored. */
      readonly deployment: Deployment;
      readonly ahead: number;
      readonly offers: readonly Offer[];
    }
  | { readonly said: 'replay' | 'conflict' | 'busy' | 'failed-before'; readonly id: string }
  | { readonly said: 'full'; readonly waiting: number }
  /** `no-room`: Redis is nearly full. */
  | { readonly said: 'stale' | 'overloaded' | 'no-room' };

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
const read = script<string[]>(READ);
const obstacles = script<string>(OBSTACLES);
const audit = script<string[]>(AUDIT);
const due = script<string[]>(DUE);
const review = script<string[]>(REVIEW);
const approve = script<string>(APPROVE);
const lookNow = script<number>(LOOK_NOW);

const IDEMPOTENCY_MS = 24 * 3_600_000;

/** The records of all deployments, for whoever accepts, reads, cancels and sweeps. Every call is one atomic step. */
export function createDeployments(redis: Redis, namespace: string, limits: Limits) {
  const keys = keysOf(namespace);
  const hasRoom = createRoom(redis);
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
        evenIfFailed = false,
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
      const isRoom = await hasRoom();
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
        isRoom ? limits.live : 0,
        scopes.join(' '),
        priority,
        ...holding(hold),
        evenIfFailed ? '' : request.version,
      ]);
      const answer = readAccepted(acceptance, reply.map(String));
      return answer.said === 'overloaded' && !isRoom ? { said: 'no-room' } : answer;
    },

    async load(id: string): Promise<Deployment | undefined> {
      const fields = pairs(await read(redis, keys.root, [id]));
      return fields['request'] === undefined ? undefined : readRecord(id, fields);
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

/** As the accept script takes it: the state, the next look, and the set that keeps its time. */
function holding(hold: Holding | undefined): readonly [string, number, string] {
  if (!hold) return ['', 0, ''];
  const { because, lookAt, ends } = hold;
  return [JSON.stringify({ name: 'held', because }), lookAt, ends === 'judge' ? 'judgements' : 'reviews'];
}

function indexOf(service?: string, environment?: string): string {
  if (service && environment) return `target:${service}/${environment}`;
  if (service) return `service:${service}`;
  return environment ? `environment:${environment}` : 'all';
}

/** Offers as scripts return them: id, dispatch number, id, dispatch number, … */
export function readOffers(flat: readonly (string | number)[]): readonly Offer[] {
  return Object.entries(pairs(flat.map(String))).map(([id, dispatch]) => ({ id, dispatch }));
}

function readAccepted(
  { id, request, hold }: Acceptance,
  [said = '', first = '', second = '', at = '', ...offers]: readonly string[],
): Accepted {
  switch (said) {
    case 'accepted': {
      const ahead = Number(second);
      const stored = { id, request, number: Number(first), acceptedAt: Number(at), updatedAt: Number(at) };
      const place: Pick<Deployment, 'state' | 'ahead'> = hold
        ? { state: { name: 'held', because: hold.because } }
        : { state: { name: 'queued' }, ahead };
      const deployment = { ...stored, ...place, progress: NO_PROGRESS, attempts: 0, revision: 1 };
      return { said, deployment, ahead, offers: readOffers(offers) };
    }
    case 'replay':
    case 'conflict':
    case 'busy':
    case 'failed-before':
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
