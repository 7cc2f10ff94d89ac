import type { DeploymentView } from '../../../src/shared/contract/deployment-view.js';
import type { OperationView } from '../../../src/shared/contract/live-operation.js';

/** Something that happened to a target. */
export type Happened =
  | { readonly what: 'deployment'; readonly at: string; readonly deployment: DeploymentView }
  | { readonly what: 'operation'; readonly at: string; readonly operation: OperationView };

/**
 * Deployments and operations as one history, newest first. Both lists end somewhere in the past; older operations than the
 * oldest deployment are left out when there are more deployments than these, since they would stand in a gap.
 */
export function happenedOf(
  deployments: readonly DeploymentView[],
  operations: readonly OperationView[],
  hasMore: boolean,
): readonly Happened[] {
  const oldest = hasMore ? (deployments.at(-1)?.acceptedAt ?? '') : '';
  const all: Happened[] = [
    ...deployments.map((deployment) => ({
      what: 'deployment' as const,
      at: deployment.acceptedAt,
      deployment,
    })),
    ...operations
      .filter(({ queuedAt }) => queuedAt >= oldest)
      .map((operation) => ({ what: 'operation' as const, at: operation.queuedAt, operation })),
  ];
  return all.sort((one, other) => (one.at < other.at ? 1 : one.at > other.at ? -1 : 0));
}
