import { approvalHold } from '../domain/approvals.js';
import type { Deployment } from '../domain/deployment.js';
import type { Hold } from '../domain/state.js';
import type { Configuration } from '../store/configuration.js';
import type { Deployments } from '../store/deployments.js';
import { approvalPlanOf } from './approval-plan.js';
import { holdsOf, judgeByBlockers, type HoldDeps, type Subject } from './judge-holds.js';

/**
 * Everything that holds a deployment at a time: hours, blockers, missing approvals; empty when it may line up. Judged by
 * the configuration as it is stored, since another process may have held it for what this one has not heard of yet.
 */
export async function reviewHolds(
  deps: HoldDeps & { readonly configuration: Pick<Configuration, 'refresh'> },
  deployment: Deployment,
  now: number,
): Promise<readonly Hold[]> {
  await deps.configuration.refresh();
  const [blocked, approval] = await Promise.all([
    judgeByBlockers(deps, deployment, now),
    missingApproval(deps, deployment),
  ]);
  return [...hoursLeft(deployment, now), ...holdsOf(blocked), ...(approval ? [approval] : [])];
}

/**
 * Why a deployment that is about to write must not: since it lined up, blockers may have come, and something else may
 * have come to run on its target, which makes approvals void.
 */
export async function holdsBeforeWriting(
  deps: HoldDeps & { readonly deployments: Pick<Deployments, 'load'> },
  subject: Subject,
  now: number,
): Promise<readonly Hold[]> {
  const { id, request } = subject;
  const [blocked, deployment] = await Promise.all([
    judgeByBlockers(deps, subject, now),
    id !== undefined && policyFor(deps, request) ? deps.deployments.load(id) : undefined,
  ]);
  const approval = deployment && (await missingApproval(deps, deployment));
  return [...holdsOf(blocked), ...(approval ? [approval] : [])];
}

function hoursLeft({ state }: Deployment, now: number): readonly Hold[] {
  if (state.name !== 'held') return [];
  return state.because.filter(({ kind, until = 0 }) => kind === 'time' && until > now);
}

function policyFor({ configuration }: HoldDeps, { environment }: Pick<Deployment['request'], 'environment'>) {
  return configuration.current().environments.get(environment)?.approvals;
}

async function missingApproval(
  deps: HoldDeps,
  { request, approvals = [] }: Deployment,
): Promise<Hold | undefined> {
  const policy = policyFor(deps, request);
  if (!policy) return undefined;
  const { actor, author } = request;
  const authors = author === undefined ? [actor.name] : [actor.name, author];
  return approvalHold(policy, { plan: await approvalPlanOf(deps.deployments, request), approvals, authors });
}
