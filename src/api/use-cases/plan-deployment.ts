import type { DeployRequest } from '../../shared/contract/deploy-request.js';
import type { Plan, PlanAnswer, PlanQuestion } from '../../shared/queue/plans.js';
import { Refusal } from '../refusal.js';
import type { Caller } from '../access/caller.js';
import type { AcceptDeps } from './accept-deployment.js';
import { judgeRequest } from './judge-request.js';

/** Longest time that a caller waits for a plan, in milliseconds. */
const WITHIN_MS = 30_000;

/** What planning needs beyond judging. */
export interface PlanDeps extends Pick<AcceptDeps, 'configuration' | 'versions' | 'catalog' | 'blobs'> {
  readonly plans: { ask(question: PlanQuestion, timeoutMs: number): Promise<PlanAnswer> };
}

/** Has a worker say what a deployment would do; nothing is deployed or kept. Throws a Refusal when no plan can be had. */
export async function planDeployment(deps: PlanDeps, asked: DeployRequest, caller: Caller): Promise<Plan> {
  const { request, input } = await judgeRequest(deps, asked, caller);
  const answer = await deps.plans.ask({ request, input }, WITHIN_MS);
  switch (answer.said) {
    case 'plan':
      return answer.plan;
    case 'failed': {
      const { failure } = answer;
      throw new Refusal('plan.failed', `${failure.title}: ${failure.detail}. ${failure.hint}`, {
        members: { failure },
      });
    }
    case 'timeout':
      throw new Refusal('plan.timeout', `No worker answered within ${WITHIN_MS / 1000} seconds`);
  }
}
