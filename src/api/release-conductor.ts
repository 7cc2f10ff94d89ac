import { keepLooking } from '../shared/keep-looking.js';
import type { Logger } from '../shared/log/logger.js';
import { isEnded } from '../shared/domain/state.js';
import { nextOfRelease, type Member, type MemberDeployment } from '../shared/domain/release.js';
import type { Deployment } from '../shared/domain/deployment.js';
import type { Deployments } from '../shared/store/deployments.js';
import type { MemberProgress, Release } from '../shared/store/releases.js';
import type { Snapshots } from '../shared/store/snapshots.js';
import { keyOf, note, unnoted } from './noted-members.js';
import { REFUSALS, Refusal } from './refusal.js';
import type { Caller } from './access/caller.js';
import { acceptJudged } from './use-cases/accept-deployment.js';
import type { ReleaseDeps } from './use-cases/accept-release.js';
import { cancelDeployment, type CancelDeps } from './use-cases/cancel-deployment.js';
import { findTarget } from './use-cases/judge-request.js';
import { repeatDeployment } from './use-cases/repeat-deployment.js';

/** Between two looks at what runs, in milliseconds. */
const PERIOD_MS = 500;

/** Deployments of a release that are known to have ended, by id. */
type Ended = Map<string, MemberDeployment>;

/** What conducting needs of the world around it. */
export interface ConductorDeps extends ReleaseDeps {
  readonly deployments: ReleaseDeps['deployments'] &
    CancelDeps['deployments'] &
    Pick<Deployments, 'acceptedUnder'>;
  readonly snapshots: Pick<Snapshots, 'now'>;
  readonly logger: Logger;
}

/**
 * Carries releases on: starts members when their turn comes, takes back what a failure asks for, notes the end. Runs in
 * every API process; whatever one of them starts has a key of its own, so that two never start it twice.
 */
export function startReleaseConductor(deps: ConductorDeps): { close(): Promise<void> } {
  // What has ended never changes again and is read once, so that a look costs what is still under way.
  const ended = new Map<string, Ended>();
  const onError = (error: unknown) =>
    deps.logger.warn('releases could not be carried on', { error: String(error) });
  return keepLooking({
    async look() {
      const live = await deps.releases.live();
      for (const id of ended.keys()) if (!live.includes(id)) ended.delete(id);
      for (const id of live) {
        const known = ended.get(id) ?? new Map();
        ended.set(id, known);
        // One that cannot be carried on must not keep the others.
        await look(deps, id, known).catch(onError);
      }
    },
    pauseMs: () => PERIOD_MS,
    onError,
  });
}

async function look(deps: ConductorDeps, id: string, ended: Ended): Promise<void> {
  const release = await deps.releases.load(id);
  if (!release) return;
  const begun = release.progress.cancelled ? await unnoted(deps.deployments, release) : undefined;
  if (begun && begun.size > 0) await note(deps.releases, release, begun);
  else await conduct(deps, release, ended);
}

/** One look at one release, and what follows from it. */
async function conduct(deps: ConductorDeps, release: Release, ended: Ended): Promise<void> {
  const { plan, progress } = release;
  const members = await Promise.all(plan.members.map((_, at) => memberOf(deps, release, at, ended)));
  if (progress.cancelled) await cancelMembers(deps, members, progress.cancelled);
  const action = nextOfRelease(members, plan.onFailure, progress.cancelled !== undefined);
  switch (action.kind) {
    case 'wait':
      return;
    case 'end':
      await deps.releases.save(release, { ...progress, end: action.as, finishedAt: Date.now() });
      return;
    case 'start':
    case 'roll-back': {
      const act = action.kind === 'start' ? startMember : rollMemberBack;
      const done = new Map<number, MemberProgress>();
      for (const at of action.members) done.set(at, await act(deps, release, at));
      await note(deps.releases, release, done);
    }
  }
}

async function memberOf(
  { deployments }: ConductorDeps,
  { plan, progress }: Release,
  at: number,
  ended: Ended,
): Promise<Member> {
  const { deployment, refused, rollback, rollbackRefused } = progress.members[at] ?? {};
  const [forward, back] = await Promise.all(
    [deployment, rollback].map((id) => stateOf(deployments, id, ended)),
  );
  return {
    order: plan.members[at]?.order ?? 0,
    ...(forward && { deployment: forward }),
    ...(refused !== undefined && { refused }),
    ...(back && { rollback: back }),
    ...(rollbackRefused !== undefined && { rollbackRefused }),
  };
}

async function stateOf(
  deployments: ConductorDeps['deployments'],
  id: string | undefined,
  ended: Ended,
): Promise<MemberDeployment | undefined> {
  if (id === undefined) return undefined;
  const known = ended.get(id);
  if (known) return known;
  const found = await deployments.load(id);
  const member = found
    ? { id, state: found.state.name, ended: isEnded(found.state) }
    : ({ id, state: 'gone', ended: true } as const);
  if (member.ended) ended.set(id, member);
  return member;
}

/** The revision of a configuration that still has the target. Throws a Refusal when it was removed since the release was accepted. */
async function whereStillIs(
  { configuration }: ConductorDeps,
  { service, environment }: { readonly service: string; readonly environment: string },
): Promise<{ readonly revision: string }> {
  const { revision } = await findTarget(configuration, service, environment);
  return { revision };
}

async function startMember(deps: ConductorDeps, { plan }: Release, at: number): Promise<MemberProgress> {
  const member = plan.members[at];
  if (!member) throw new Error(`Release ${plan.id} has no member ${at}`);
  try {
    const { deployment } = await acceptJudged(deps, {
      judge: async () => ({ ...member, ...(await whereStillIs(deps, member.request)) }),
      asked: {},
      // A restore gives a reason for what it brings back.
      evenIfFailed: member.request.kind !== 'deploy',
      idempotency: { scope: keyOf(plan.id, at), hash: plan.id },
    });
    return { deployment: deployment.id };
  } catch (error) {
    return { refused: refusedFor(error) };
  }
}

async function rollMemberBack(
  deps: ConductorDeps,
  { plan, progress }: Release,
  at: number,
): Promise<MemberProgress> {
  const { deployment } = progress.members[at] ?? {};
  try {
    const of = deployment === undefined ? undefined : await deps.deployments.load(deployment);
    if (!of)
      return {
        rollbackRefused: `The record of deployment ${deployment} is gone: nobody knows what ran before it`,
      };
    const newer = await runsInstead(deps, of);
    if (newer !== undefined) return { rollbackRefused: newer };
    const { deployment: back } = await repeatDeployment(deps, of, {
      kind: 'rollback',
      asked: { reason: `Another member of release ${plan.id} failed` },
      caller: conductorOf(plan.id, plan.actor),
      idempotencyKey: `${plan.id}:${at}`,
    });
    return { rollback: back.id };
  } catch (error) {
    return { rollbackRefused: refusedFor(error) };
  }
}

/** What somebody has deployed there since, which must not be undone with the release. */
async function runsInstead({ snapshots }: ConductorDeps, of: Deployment): Promise<string | undefined> {
  const { service, environment } = of.request;
  const run = (await snapshots.now(environment)).get(service);
  if (!run || run.deployment === of.id) return undefined;
  return `${service} in ${environment} runs ${run.version} of deployment ${run.deployment} by now, which came after the release and stays`;
}

/** Anything but a refusal that stays one is thrown on, to be tried again at the next look. */
function refusedFor(error: unknown): string {
  if (error instanceof Refusal && REFUSALS[error.code].status < 500) return error.message;
  throw error;
}

/** Everything was permitted when the release was accepted. */
function conductorOf(release: string, actor: string): Caller {
  return {
    id: `release:${release}`,
    name: actor,
    grants: [],
    owner: { kind: 'installation', name: release },
    by: 'nothing',
  };
}

async function cancelMembers(
  deps: ConductorDeps,
  members: readonly Member[],
  { by, reason }: { readonly by: string; readonly reason: string },
): Promise<void> {
  for (const { deployment } of members) {
    if (deployment && !deployment.ended)
      await cancelDeployment(deps, deployment.id, by, reason).catch(ignoreEnded);
  }
}

/** It may end, or be about to, in the very moment in which it is cancelled. */
function ignoreEnded(error: unknown): void {
  const isOver = error instanceof Refusal && ['deployment.ended', 'deployment.proven'].includes(error.code);
  if (!isOver) throw error;
}
