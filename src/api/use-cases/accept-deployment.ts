import type { Catalog } from '../../providers/catalog.js';
import type { Blobs } from '../../shared/blobs/blobs.js';
import type { DeployRequest } from '../../shared/contract/deploy-request.js';
import type { Deployment } from '../../shared/domain/deployment.js';
import { isDeploymentId, type DeploymentId } from '../../shared/domain/ids.js';
import { newId } from '../../shared/new-id.js';
import type { Configuration } from '../../shared/store/configuration.js';
import type { Acceptance } from '../../shared/store/acceptance.js';
import type { Deployments } from '../../shared/store/deployments.js';
import type { Idempotency } from '../../shared/store/idempotency.js';
import type { Offer } from '../../shared/store/offers.js';
import { traceparent } from '../../shared/tracing/spans.js';
import type { Versions } from '../../shared/store/versions.js';
import { idempotencyOf, keyIsTaken } from '../idempotency.js';
import { Refusal } from '../refusal.js';
import type { Caller } from '../access/caller.js';
import { judgeHolds, judgeOverride } from './judge-holds.js';
import { judgeRequest, type Judged } from './judge-request.js';

/** What accepting needs of the world around it. */
export interface AcceptDeps {
  readonly configuration: Pick<Configuration, 'current' | 'refresh'>;
  readonly versions: Pick<Versions, 'find' | 'list'>;
  readonly deployments: Pick<Deployments, 'accept' | 'load' | 'list'>;
  readonly catalog: Catalog;
  readonly blobs: Pick<Blobs, 'size'>;
  /** Wakes a worker; never fails and never waits. */
  readonly offers: { offer(offer: Offer): void };
}

/** A deployment that was accepted now, or by an earlier request with the same idempotency key. */
export interface AcceptedDeployment {
  readonly deployment: Deployment;
  readonly replayed: boolean;
}

const MOST_TRIES = 3;
const DAY_MS = 24 * 3_600_000;

/**
 * Accepts a request to deploy: judges it by the configuration, stores it in one step and wakes a worker. Throws a
 * Refusal otherwise; nothing is stored or enqueued then. A judgement by a configuration that has changed in the
 * meantime is refused by the store and made again.
 */
export async function acceptDeployment(
  deps: AcceptDeps,
  request: DeployRequest,
  caller: Caller,
  idempotencyKey: string | undefined,
): Promise<AcceptedDeployment> {
  return acceptJudged(deps, {
    async judge() {
      const judged = await judgeRequest(deps, request, caller);
      judgeOverride(deps, request, caller);
      return judged;
    },
    asked: request,
    evenIfFailed: request.retry !== undefined,
    idempotency: idempotencyOf(request, caller, idempotencyKey),
  });
}

/** Something to accept: how it is judged by the configuration of the moment, and what was asked for beside. */
export interface Wish {
  judge(): Promise<Judged>;
  readonly asked: Pick<DeployRequest, 'notBefore' | 'expiresAt' | 'onBlocked' | 'priority'>;
  /** Whether the version may be one that was rolled back on the target. */
  readonly evenIfFailed: boolean;
  readonly idempotency?: Idempotency | undefined;
}

/** Accepts what its `judge` finds good; see `acceptDeployment`. */
export async function acceptJudged(
  deps: AcceptDeps,
  { judge, asked, evenIfFailed, idempotency }: Wish,
): Promise<AcceptedDeployment> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const judged = await judge();
    const now = Date.now();
    const queueMs = queueTimeOf(asked, judged, now);
    const timing = await judgeHolds(deps, judged.request, asked, queueMs, now);
    const priority = PRIORITIES[asked.priority ?? 'normal'];
    const accepted = await submit(deps, judged, { ...timing, priority, evenIfFailed }, idempotency);
    if (accepted) return accepted;
    await deps.configuration.refresh();
  }
  throw new Refusal(
    'configuration.moving',
    `The configuration changed ${MOST_TRIES} times while the request was judged`,
  );
}

/** Answers undefined when the configuration has moved on. */
async function submit(
  { deployments, offers }: AcceptDeps,
  { request, input, revision, scopes }: Judged,
  timing: Pick<Acceptance, 'queueMs' | 'priority' | 'hold' | 'evenIfFailed'>,
  idempotency: Idempotency | undefined,
): Promise<AcceptedDeployment | undefined> {
  const id = provenId();
  const trace = traceparent();
  const said = await deployments.accept({
    id,
    request: { ...request, ...(trace !== undefined && { trace }) },
    input,
    revision,
    scopes,
    ...timing,
    idempotency,
  });
  const place = `${request.service}/${request.environment}`;
  switch (said.said) {
    case 'accepted':
      for (const offer of said.offers) offers.offer(offer);
      return { deployment: said.deployment, replayed: false };
    case 'replay':
      return { deployment: await reload(deployments, said.id), replayed: true };
    case 'stale':
      return undefined;
    case 'conflict':
      throw keyIsTaken('deployment', said.id);
    case 'busy':
      throw new Refusal(
        'target.busy',
        `Deployment ${said.id} is under way on ${place} and the request says onBusy: reject`,
      );
    case 'failed-before':
      throw new Refusal(
        'target.held',
        `Deployment ${said.id} of ${request.version} was rolled back on ${place}, and nothing has succeeded there since`,
      );
    case 'full':
      throw new Refusal('target.full', `${said.waiting} deployments already wait for ${place}`);
    case 'no-room':
      throw new Refusal('store.full', 'Redis uses more than 85 % of the memory that it may use');
    case 'release-cancelled':
      throw new Refusal('release.ended', `The release of ${place} was cancelled before it started`);
    case 'overloaded':
      throw new Refusal('queue.overloaded', 'As many deployments are under way as this installation carries');
  }
}

const PRIORITIES = { low: -1, normal: 0, high: 1 } as const;

/** For how long it may wait for its start, in milliseconds. Throws a Refusal for times that leave no room. */
function queueTimeOf({ notBefore, expiresAt }: Wish['asked'], { input }: Judged, now: number): number {
  const from = notBefore === undefined ? now : Date.parse(notBefore);
  const queueMs =
    expiresAt === undefined
      ? from - now + (input.policy.deadlines?.queueMs ?? DAY_MS)
      : Date.parse(expiresAt) - now;
  if (queueMs <= Math.max(0, from - now)) {
    const detail = 'is not after now and after notBefore';
    throw new Refusal('request.invalid', `/expiresAt ${detail}`, {
      errors: [{ pointer: '/expiresAt', detail }],
    });
  }
  return Math.max(queueMs, 1);
}

async function reload(deployments: AcceptDeps['deployments'], id: string): Promise<Deployment> {
  const found = await deployments.load(id);
  if (!found) throw new Refusal('deployment.unknown', `Deployment ${id} is no longer there`);
  return found;
}

function provenId(): DeploymentId {
  const id = newId();
  if (!isDeploymentId(id)) throw new Error(`Not a deployment id: ${id}`);
  return id;
}
