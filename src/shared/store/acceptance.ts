import type { Redis } from 'ioredis';
import type { Artifact } from '../contract/artifact.js';
import type { Policy, Verify } from '../contract/policy.js';
import { NO_PROGRESS, type Deployment, type Request } from '../domain/deployment.js';
import { failure } from '../domain/failures.js';
import { targetName, type DeploymentId } from '../domain/ids.js';
import type { Hold } from '../domain/state.js';
import { idempotencyArguments, type Earlier, type Idempotency } from './idempotency.js';
import { keysOf } from './keys.js';
import { readOffers, VISIBLE_MS, type Offer } from './offers.js';
import { createRoom } from './room.js';
import { script } from './scripts.js';
import { ACCEPT } from './scripts/accept.js';

/** What a worker needs to run a deployment, frozen at acceptance. */
export interface WorkInput {
  readonly spec: unknown;
  readonly artifact: Artifact;
  readonly policy: Policy;
  readonly verify: Verify;
}

/** A deployment that was judged and may be stored. */
export interface Acceptance {
  readonly id: DeploymentId;
  readonly request: Request;
  readonly input: WorkInput;
  readonly idempotency?: Idempotency | undefined;
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

/** What became of it; `id` is that of the deployment that is there instead. */
export type Accepted =
  | {
      readonly said: 'accepted';
      /** As it was stored. */
      readonly deployment: Deployment;
      readonly ahead: number;
      readonly offers: readonly Offer[];
    }
  | Earlier
  | { readonly said: 'busy' | 'failed-before'; readonly id: string }
  | { readonly said: 'full'; readonly waiting: number }
  /** `no-room`: Redis is nearly full. `release-cancelled`: so is the release that it is a member of. */
  | { readonly said: 'stale' | 'overloaded' | 'no-room' | 'release-cancelled' };

/** Most deployments that may wait for one target, and most that may be under way in all. */
export interface Limits {
  readonly perTarget: number;
  readonly live: number;
}

const accept = script<(string | number)[]>(ACCEPT);

/** Stores deployments, each in its place on its target, or says why not; one atomic step. */
export function createAccept(
  redis: Redis,
  namespace: string,
  limits: Limits,
): (acceptance: Acceptance) => Promise<Accepted> {
  const keys = keysOf(namespace);
  const hasRoom = createRoom(redis);
  return async (acceptance) => {
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
      ...idempotencyArguments(idempotency),
      request.onBusy,
      limits.perTarget,
      revision,
      queueMs,
      VISIBLE_MS,
      request.onBusy === 'supersede' ? superseded(acceptance) : '',
      isRoom ? limits.live : 0,
      scopes.join(' '),
      priority,
      ...holding(hold),
      evenIfFailed ? '' : request.version,
      request.release ?? '',
    ]);
    const answer = readAccepted(acceptance, reply.map(String));
    return answer.said === 'overloaded' && !isRoom ? { said: 'no-room' } : answer;
  };
}

/** The state that those get whose place this one takes. */
function superseded({ id, request }: Acceptance): string {
  const replaced = failure(
    'deployment.superseded',
    `Deployment ${id} of ${request.version} took its place before it started`,
  );
  return JSON.stringify({ name: 'superseded', failure: replaced, wrote: false });
}

/** As the accept script takes it: the state, the next look, and the set that keeps its time. */
function holding(hold: Holding | undefined): readonly [string, number, string] {
  if (!hold) return ['', 0, ''];
  const { because, lookAt, ends } = hold;
  return [JSON.stringify({ name: 'held', because }), lookAt, ends === 'judge' ? 'judgements' : 'reviews'];
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
    case 'release-cancelled':
      return { said };
    default:
      throw new Error(`Unexpected answer of the accept script: ${said}`);
  }
}
