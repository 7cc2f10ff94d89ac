import { failure } from '../../shared/domain/failures.js';
import { failed, type Outcome } from '../../shared/domain/outcome.js';
import type { Rollout } from './rollout.js';

/** The end of a deployment that met the change of somebody else: nothing is rolled back over it. */
export function foreignChange({ target }: Pick<Rollout, 'target'>, seen: string): Outcome {
  return failed(failure('target.changed-elsewhere', `${target.environment}: ${seen}`));
}
