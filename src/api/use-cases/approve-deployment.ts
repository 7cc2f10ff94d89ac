import { authorshipOf } from '../../shared/domain/authorship.js';
import type { Deployment } from '../../shared/domain/deployment.js';
import { approvalPlanOf } from '../../shared/holds/approval-plan.js';
import type { Deployments } from '../../shared/store/deployments.js';
import type { DirectoryStore } from '../../shared/store/directory.js';
import { Refusal } from '../refusal.js';
import type { Caller } from '../access/caller.js';

/** What approving needs of the world around it. */
export interface ApproveDeps {
  readonly deployments: Pick<Deployments, 'approve' | 'load' | 'list'>;
  readonly directory: Pick<DirectoryStore, 'refresh'>;
}

/**
 * Approves of a held deployment as it would be carried out now: when something else comes to run on its target
 * before it starts, the approval counts no more. Throws a Refusal for a deployment that waits for nobody.
 */
export async function approveDeployment(
  { deployments, directory }: ApproveDeps,
  deployment: Deployment,
  caller: Caller,
  reason: string | undefined,
): Promise<Deployment> {
  const { id, request } = deployment;
  const [plan, { people }] = await Promise.all([approvalPlanOf(deployments, request), directory.refresh()]);
  const said = await deployments.approve(id, {
    by: caller.name,
    at: Date.now(),
    plan,
    author: authorshipOf(people, request.author, caller.name),
    ...(reason !== undefined && { reason }),
  });
  if (said === 'approved') return (await deployments.load(id)) ?? deployment;
  throw new Refusal(
    'deployment.not-held',
    `Deployment ${id} is ${said}, only one that is held can be approved`,
  );
}
