import { failure } from '../../shared/domain/failures.js';
import { failed, type Outcome } from '../../shared/domain/outcome.js';
import type { Environment } from './environment.js';
import type { Rollout } from './rollout.js';

/** Whether the environment of a deployment is still there, and still the same. */
export type Presence =
  | { readonly is: 'there'; readonly environment: Environment }
  | { readonly is: 'gone'; readonly outcome: Outcome };

/** Names are used again after a termination, so the id decides. */
export function presence(
  environment: Environment | undefined,
  { baseline, target }: Pick<Rollout, 'baseline' | 'target'>,
): Presence {
  const why = absence(environment, baseline.environmentId);
  if (environment !== undefined && why === undefined) return { is: 'there', environment };
  const detail = `${target.environment}: ${why ?? 'It is not listed any more.'}`;
  return { is: 'gone', outcome: failed(failure('eb.environment-gone', detail)) };
}

function absence(environment: Environment | undefined, id: string): string | undefined {
  if (environment === undefined) return 'It is not listed any more.';
  if (environment.id !== id) return `Its name now belongs to ${environment.id}; ${id} is gone.`;
  return environment.status === 'Terminating' || environment.status === 'Terminated'
    ? `Its status is ${environment.status}.`
    : undefined;
}
