import { keepLooking } from '../shared/keep-looking.js';
import type { Logger } from '../shared/log/logger.js';
import { isEnded } from '../shared/domain/state.js';
import { nextOfRelease, type Member, type MemberDeployment } from '../shared/domain/release.js';
import type { MemberProgress, Release, ReleaseProgress } from '../shared/store/releases.js';
import { REFUSALS, Refusal } from './refusal.js';
import type { Caller } from './route.js';
import { acceptJudged } from './use-cases/accept-deployment.js';
import type { ReleaseDeps } from './use-cases/accept-release.js';
import { cancelDeployment, type CancelDeps } from './use-cases/cancel-deployment.js';
import { findTarget } from './use-cases/judge-request.js';
import { repeatDeployment } from './use-cases/repeat-deployment.js';

/** Between two looks at what runs, in milliseconds. */
const PERIOD_MS = 500;

/** What conducting needs of the world around it. */
export interface ConductorDeps extends ReleaseDeps {
  readonly deployments: ReleaseDeps['deployments'] & CancelDeps['deployments'];
  readonly logger: Logger;
}

/**
 * Carries releases on: starts members when their turn comes, takes back what a failure asks for, notes the end. Runs in
 * every API process; whatever one of them starts has a key of its own, so that two never start it twice.
 */
export function startReleaseConductor(deps: ConductorDeps): { close(): Promise<void> } {
  return keepLooking({
    async look() {
      for (const id of await deps.releases.live()) {
        const release = await deps.releases.load(id);
        if (release) await conduct(deps, release);
      }
    },
    pauseMs: () => PERIOD_MS,
    onError: (error) => deps.logger.warn('releases could not be carried on', { error: String(error) }),
  });
}

/** One look at one release, and what follows from it. */
async function conduct(deps: ConductorDeps, release: Release): Promise<void> {
  const { plan, progress } = release;
  const members = await Promise.all(plan.members.map((_, at) => memberOf(deps, release, at)));
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
      await deps.releases.save(release, withMembers(progress, done));
    }
  }
}

function withMembers(progress: ReleaseProgress, done: ReadonlyMap<number, MemberProgress>): ReleaseProgress {
  return { ...progress, members: progress.members.map((each, at) => ({ ...each, ...done.get(at) })) };
}

async function memberOf(
  { deployments }: ConductorDeps,
  { plan, progress }: Release,
  at: number,
): Promise<Member> {
  const { deployment, refused, rollback, rollbackRefused } = progress.members[at] ?? {};
  const [forward, back] = await Promise.all([deployment, rollback].map((id) => stateOf(deployments, id)));
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
): Promise<MemberDeployment | undefined> {
  if (id === undefined) return undefined;
  const found = await deployments.load(id);
  if (!found) throw new Error(`Deployment ${id} of a release is gone`);
  return { id, state: found.state.name, ended: isEnded(found.state) };
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
      evenIfFailed: false,
      idempotency: { scope: `release:${plan.id}:${at}`, hash: plan.id },
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
    if (!of) throw new Error(`Member ${at} of release ${plan.id} has no deployment`);
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

/** It may end in the very moment in which it is cancelled. */
function ignoreEnded(error: unknown): void {
  if (!(error instanceof Refusal) || error.code !== 'deployment.ended') throw error;
}
