import type { ReleaseView } from '../shared/contract/release.js';
import type { MemberDeployment } from '../shared/domain/release.js';
import type { Deployments } from '../shared/store/deployments.js';
import type { FrozenMember, MemberProgress, Release } from '../shared/store/releases.js';
import { timestamp } from './present.js';

type MemberView = ReleaseView['members'][number];

/** What callers see of a release, with the states of its members as they are now. */
export async function presentRelease(
  deployments: Pick<Deployments, 'load'>,
  { plan, progress }: Release,
): Promise<ReleaseView> {
  const { end, finishedAt } = progress;
  return {
    id: plan.id,
    state: end ?? 'running',
    terminal: end !== undefined,
    onFailure: plan.onFailure,
    actor: plan.actor,
    ...(plan.message !== undefined && { message: plan.message }),
    members: await Promise.all(
      plan.members.map((member, at) =>
        presentMember(deployments, member, progress.members[at] ?? {}, end !== undefined),
      ),
    ),
    createdAt: timestamp(plan.createdAt),
    ...(finishedAt !== undefined && { finishedAt: timestamp(finishedAt) }),
  };
}

async function presentMember(
  deployments: Pick<Deployments, 'load'>,
  { order, request: { service, environment, version } }: FrozenMember,
  { deployment, refused, rollback, rollbackRefused }: MemberProgress,
  ended: boolean,
): Promise<MemberView> {
  const [state, rollbackState] = await Promise.all(
    [deployment, rollback].map((id) => stateOf(deployments, id)),
  );
  return {
    service,
    environment,
    version,
    order,
    state: state ?? (refused === undefined ? (ended ? 'skipped' : 'waiting') : 'refused'),
    ...(deployment !== undefined && { deployment }),
    ...(refused !== undefined && { refused }),
    ...(rollback !== undefined && { rollback }),
    ...(rollbackState !== undefined && { rollbackState }),
    ...(rollbackRefused !== undefined && { rollbackRefused }),
  };
}

async function stateOf(
  deployments: Pick<Deployments, 'load'>,
  id: string | undefined,
): Promise<MemberDeployment['state'] | undefined> {
  return id === undefined ? undefined : ((await deployments.load(id))?.state.name ?? 'gone');
}
