import type { DeploymentView } from '../../../src/shared/contract/deployment-view.js';

/** Median milliseconds from start to end of these deployments; undefined for none. */
export function usualSpan(deployments: readonly DeploymentView[]): number | undefined {
  const spans = deployments
    .flatMap(({ startedAt, finishedAt }) =>
      startedAt !== undefined && finishedAt !== undefined
        ? [Date.parse(finishedAt) - Date.parse(startedAt)]
        : [],
    )
    .sort((one, other) => one - other);
  return spans[Math.floor(spans.length / 2)];
}
