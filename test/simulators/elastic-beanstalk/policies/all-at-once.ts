import { deployBatch, report } from './batch.js';
import type { Rollout, Stage } from './batch.js';

/** Every instance at the same time; the application is down while its processes restart. */
export function* allAtOnce(rollout: Rollout): Stage {
  report(rollout, 'INFO', 'Deploying new version to instance(s).');
  return yield* deployBatch(rollout, { number: 1, of: 1, instances: [...rollout.environment.instances] });
}
