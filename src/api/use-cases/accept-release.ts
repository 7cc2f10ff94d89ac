import type { NewRelease, RestoreRequest } from '../../shared/contract/release.js';
import { compareRuns } from '../../shared/domain/compare-runs.js';
import { newId } from '../../shared/new-id.js';
import type { Earlier, Idempotency } from '../../shared/store/idempotency.js';
import type { FrozenMember, Release, Releases } from '../../shared/store/releases.js';
import type { Runs } from '../../shared/store/snapshots.js';
import { permitAt, permitUnasked } from '../access/permit.js';
import { replayedId } from '../idempotency.js';
import { Refusal } from '../refusal.js';
import type { Caller } from '../access/caller.js';
import { judgeRequest, type Judged } from './judge-request.js';
import { judgeRepetition, type RepeatDeps } from './repeat-deployment.js';

/** What accepting a release needs of the world around it. */
export interface ReleaseDeps extends RepeatDeps {
  readonly releases: Releases;
}

/** A release that was accepted now, or by an earlier request with the same idempotency key. */
export interface AcceptedRelease {
  readonly release: Release;
  readonly replayed: boolean;
}

type Members = readonly { readonly order: number; readonly judged: Judged }[];

/**
 * Accepts several deployments as one: each is judged and frozen now, and starts when its turn comes. Throws a Refusal
 * that names every member that could not be deployed; nothing is stored then.
 */
export async function acceptRelease(
  deps: ReleaseDeps,
  asked: NewRelease,
  caller: Caller,
  idempotency: Idempotency | undefined,
): Promise<AcceptedRelease> {
  const { members, onFailure, message } = asked;
  for (const place of members) permitAt(caller, 'deploy', place);
  const earlier = idempotency && (await deps.releases.earlier(idempotency));
  if (earlier) return replayOf(deps, earlier, caller);
  const twice = members.flatMap(({ service, environment }, at) =>
    members.findIndex((each) => each.service === service && each.environment === environment) === at
      ? []
      : [{ pointer: `/members/${at}`, detail: `${service}/${environment} is a member already` }],
  );
  if (twice.length > 0) throw invalidMembers(twice);
  const judged = await judgeAll(
    members.map(({ order = 0, ...member }) => ({
      order,
      judge: () => judgeRequest(deps, { ...member, ...(message !== undefined && { message }) }, caller),
    })),
  );
  return store(deps, judged, { onFailure, message, caller, idempotency });
}

/** An environment to bring back. */
export interface Restore {
  readonly environment: string;
  readonly asked: RestoreRequest;
  /** What runs there now, and what the snapshot shows. Throws a Refusal for an unknown snapshot. */
  compare(): Promise<{ readonly now: Runs; readonly wanted: Runs }>;
}

/**
 * Accepts a release that brings an environment back to what a snapshot shows: every service that runs something else
 * now is deployed again exactly as it was then. Services that the snapshot does not know are left alone.
 */
export async function restoreSnapshot(
  deps: ReleaseDeps,
  { environment, asked: { reason, onFailure }, compare }: Restore,
  caller: Caller,
  idempotency: Idempotency | undefined,
): Promise<AcceptedRelease> {
  const earlier = idempotency && (await deps.releases.earlier(idempotency));
  if (earlier) return replayOf(deps, earlier, caller);
  const { now, wanted } = await compare();
  const different = compareRuns(now, wanted).filter(
    ({ change }) => change !== 'same' && change !== 'removed',
  );
  if (different.length === 0)
    throw new Refusal('restore.needless', `${environment} runs what the snapshot shows already`);
  for (const { service } of different) permitUnasked(caller, 'deploy', { service, environment });
  const judged = await judgeAll(
    different.map(({ service, to }) => ({
      order: 0,
      async judge() {
        const source = to?.certain === true ? await deps.deployments.load(to.deployment) : undefined;
        if (!source) throw new Refusal('repetition.forgotten', `What ran for ${service} is no longer known`);
        return judgeRepetition(deps, source, { kind: 'redeploy', of: source.id, asked: { reason }, caller });
      },
    })),
  );
  return store(deps, judged, { onFailure, message: reason, caller, idempotency });
}

async function judgeAll(
  members: readonly { readonly order: number; judge(): Promise<Judged> }[],
): Promise<Members> {
  const errors: { pointer: string; detail: string }[] = [];
  const judged = await Promise.all(
    members.map(async ({ order, judge }, at) => {
      try {
        return [{ order, judged: await judge() }];
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        errors.push({ pointer: `/members/${at}`, detail: error.message });
        return [];
      }
    }),
  );
  if (errors.length > 0) throw invalidMembers(errors);
  return judged.flat();
}

async function store(
  deps: ReleaseDeps,
  judged: Members,
  about: {
    readonly onFailure: NewRelease['onFailure'];
    readonly message: string | undefined;
    readonly caller: Caller;
    readonly idempotency: Idempotency | undefined;
  },
): Promise<AcceptedRelease> {
  const { onFailure = 'stop', message, caller, idempotency } = about;
  const id = newId();
  const members = judged.map(({ order, judged: { request, input, scopes } }): FrozenMember => ({
    order,
    request: { ...request, release: id },
    input,
    scopes,
  }));
  const plan = {
    id,
    actor: caller.name,
    onFailure,
    members,
    createdAt: Date.now(),
    ...(message !== undefined && { message }),
  };
  const said = await deps.releases.add(plan, idempotency);
  return said.said === 'added' ? { release: said.release, replayed: false } : replayOf(deps, said, caller);
}

/** The release that an earlier request made. It is shown only to who may still ask for it. */
async function replayOf(
  { releases }: ReleaseDeps,
  earlier: Earlier,
  caller: Caller,
): Promise<AcceptedRelease> {
  const id = replayedId(earlier, 'release');
  const release = await releases.load(id);
  if (!release) throw new Refusal('release.unknown', `Release ${id} is no longer there`);
  for (const { request } of release.plan.members) permitUnasked(caller, 'deploy', request);
  return { release, replayed: true };
}

function invalidMembers(errors: readonly { pointer: string; detail: string }[]): Refusal {
  return new Refusal('release.invalid', `${errors.length} members of the release cannot be deployed`, {
    errors,
  });
}
