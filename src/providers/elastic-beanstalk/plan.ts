import type { Outcome } from '../../shared/domain/outcome.js';
import { failed, wait } from '../../shared/domain/outcome.js';
import { failure } from '../../shared/domain/failures.js';
import type { Capture, Step, Turn } from '../contract.js';
import type { Baseline } from './baseline.js';
import { explain, isExpired } from './failures.js';
import type { Memory, Rollout } from './rollout.js';
import { awaitEnvironment } from './steps/await-environment.js';
import { awaitRollback } from './steps/await-rollback.js';
import { changeOptions, restoreOptions } from './steps/change-options.js';
import { ensureBundle } from './steps/ensure-bundle.js';
import { ensureRollback } from './steps/ensure-rollback.js';
import { ensureUpdate } from './steps/ensure-update.js';
import { ensureVersion } from './steps/ensure-version.js';
import { settleEnvironment } from './steps/settle-environment.js';
import { verifyInstances } from './steps/verify-instances.js';
import { verifyRollback } from './steps/verify-rollback.js';

/** Steps that bring the environment to the release. */
export function forwardPlan(rollout: Rollout): readonly Step[] {
  return [
    ensureBundle(rollout),
    ensureVersion(rollout),
    ...changeOptions(rollout),
    ensureUpdate(rollout),
    awaitEnvironment(rollout),
    verifyInstances(rollout),
  ].map((step) => explained(step, rollout.memory));
}

/** Steps that bring it back to what the baseline names; a single refusal when it names nothing deployable. */
export function backPlan(rollout: Rollout): readonly Step[] {
  const { label, rollback } = rollout.baseline;
  if (label === undefined || rollback.proof === 'none') return [refuseRollback(rollback.reason)];
  const version = [ensureRollback(rollout, label), awaitRollback(rollout, label)];
  const options = restoreOptions(rollout);
  // The earlier version has run under the new options for a moment. Where the version stays, only they can be at fault.
  const both = label === rollout.to ? [...options, ...version] : [...version, ...options];
  return [settleEnvironment(rollout), ...both, verifyRollback(rollout, label)].map((step) =>
    explained(step, rollout.memory),
  );
}

// Five minutes: an update goes on without us, and giving up on it would need credentials too.
const MOST_EXPIRED = 30;

/** Turns foreign errors of a capture into its outcome. */
export async function explainedCapture(call: () => Promise<Capture<Baseline>>): Promise<Capture<Baseline>> {
  try {
    return await call();
  } catch (error) {
    const outcome = explain(error);
    if (outcome.said === 'done') throw error;
    return outcome;
  }
}

/** Turns foreign errors of one call into an outcome. */
export async function explainedCall(memory: Memory, call: () => Promise<Outcome>): Promise<Outcome> {
  try {
    const outcome = await call();
    memory.expired = 0;
    return outcome;
  } catch (error) {
    if (isExpired(error) && ++memory.expired < MOST_EXPIRED) {
      return wait(10_000, 'the credentials for AWS have expired; asking for new ones');
    }
    return explain(error);
  }
}

/** A step whose foreign errors become outcomes. */
export function explained(step: Step, memory: Memory): Step {
  return { ...step, run: (turn: Turn) => explainedCall(memory, () => step.run(turn)) };
}

function refuseRollback(reason: string | undefined): Step {
  return {
    id: 'refuse-rollback',
    title: 'There is no version to go back to',
    writes: false,
    run: async () =>
      failed(failure('rollback.nothing-before', reason ?? 'No deployable version ran here before.')),
  };
}
