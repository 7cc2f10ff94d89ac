import type { Step, Turn } from '../contract.js';
import type { Outcome } from '../../shared/domain/outcome.js';
import type { Baseline } from './baseline.js';
import { explain } from './failures.js';
import type { HealthLook } from './health-look.js';
import type { Rollout } from './rollout.js';
import { applyWave } from './steps/apply-wave.js';
import { awaitRestored } from './steps/await-restored.js';
import { awaitWave } from './steps/await-wave.js';
import { claim } from './steps/claim.js';
import { tryOnServer } from './steps/dry-run.js';
import { keepSecrets } from './steps/keep-secrets.js';
import { makeCloneNamespace } from './steps/make-clone-namespace.js';
import { makeNamespaces } from './steps/make-namespaces.js';
import { removeCreated } from './steps/remove-created.js';
import { restore } from './steps/restore.js';
import { returnFields } from './steps/return-fields.js';
import { review } from './steps/review.js';
import { runHooks } from './steps/run-hooks.js';

/** Steps that bring the target to the release. Nothing is written before the server has accepted every object. */
export function forwardPlan(rollout: Rollout, baseline: Baseline, look: HealthLook): readonly Step[] {
  const waves = Array.from({ length: baseline.waves }, (_, wave) => [
    applyWave(rollout, baseline, wave),
    awaitWave(rollout, baseline, wave, look),
  ]);
  return [
    review(rollout, baseline),
    tryOnServer(rollout, baseline),
    ...makeCloneNamespace(rollout),
    ...makeNamespaces(rollout, baseline),
    ...(baseline.keepsSecrets ? [keepSecrets(rollout, baseline)] : []),
    ...(baseline.hooks.includes('pre-deploy') ? [runHooks(rollout, baseline, 'pre-deploy')] : []),
    claim(rollout, baseline),
    ...waves.flat(),
    ...(baseline.hooks.includes('post-deploy') ? [runHooks(rollout, baseline, 'post-deploy')] : []),
  ].map(explained);
}

/** Steps that bring every object back, delete what was made, and see the version before healthy again. */
export function backPlan(rollout: Rollout, baseline: Baseline, look: HealthLook): readonly Step[] {
  return [
    restore(rollout, baseline),
    awaitRestored(rollout, baseline, look),
    removeCreated(rollout, baseline),
    returnFields(rollout, baseline),
  ].map(explained);
}

/** Turns foreign errors of one call into an outcome. */
export async function explainedCall(call: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await call();
  } catch (error) {
    return explain(error);
  }
}

function explained(step: Step): Step {
  return { ...step, run: (turn: Turn) => explainedCall(() => step.run(turn)) };
}
