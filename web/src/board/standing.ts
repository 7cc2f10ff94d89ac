import type { DeploymentView } from '../../../src/shared/contract/deployment-view.js';

/** What is known of one target. */
export interface Standing {
  /** The deployment whose version runs; `unknown` when the last attempt left the target changed and not healthy. */
  readonly runs: DeploymentView | 'unknown' | undefined;
  /** The newest attempt, whatever became of it. */
  readonly latest: DeploymentView | undefined;
  /** What is under way or waits, oldest first. */
  readonly live: readonly DeploymentView[];
}

/** How one target stands, from its deployments, newest first. What cannot be told from them is not guessed. */
export function standingOf(deployments: readonly DeploymentView[]): Standing {
  const live = deployments.filter(({ terminal }) => !terminal).reverse();
  const last = deployments.find(({ terminal, wrote, rollback }) => terminal && leftIts(wrote, rollback));
  const runs = last === undefined ? undefined : last.state === 'succeeded' ? last : 'unknown';
  return { runs, latest: deployments[0], live };
}

/** Whether an attempt left something of its own behind: one that was rolled back did not. */
function leftIts(wrote: boolean, rollback: DeploymentView['rollback']): boolean {
  return wrote && rollback?.outcome !== 'done';
}
