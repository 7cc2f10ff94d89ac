import { approvalHold } from '../domain/approvals.js';
import type { Deployment } from '../domain/deployment.js';
import type { Hold } from '../domain/state.js';
import { approvalPlanOf } from './approval-plan.js';
import { holdsOf, judgeByBlockers, type HoldDeps, type Subject } from './judge-holds.js';

/** Everything that holds a deployment at a time: hours, blockers, missing approvals; empty when it may line up. */
export async function reviewHolds(
  deps: HoldDeps,
  deployment: Deployment,
  now: number,
): Promise<readonly Hold[]> {
  const [blocked, approval] = await Promise.all([
    judgeByBlockers(deps, deployment, now),
    missingApproval(deps, deployment),
  ]);
  return [...hoursLeft(deployment, now), ...holdsOf(blocked), ...(approval ? [approval] : [])];
}

/** Why a deployment that is about to write must not; blockers may have come since it lined up. */
export async function holdsBeforeWriting(
  deps: HoldDeps,
  subject: Subject,
  now: number,
): Promise<readonly Hold[]> {
  return holdsOf(await judgeByBlockers(deps, subject, now));
}

function hoursLeft({ state }: Deployment, now: number): readonly Hold[] {
  if (state.name !== 'held') return [];
  return state.because.filter(({ kind, until = 0 }) => kind === 'time' && until > now);
}

async function missingApproval(
  { configuration, deployments }: HoldDeps,
  { request, approvals = [] }: Deployment,
): Promise<Hold | undefined> {
  const policy = configuration.current().environments.get(request.environment)?.approvals;
  if (!policy) return undefined;
  const { actor, author } = request;
  const authors = author === undefined ? [actor.name] : [actor.name, author];
  return approvalHold(policy, { plan: await approvalPlanOf(deployments, request), approvals, authors });
}
