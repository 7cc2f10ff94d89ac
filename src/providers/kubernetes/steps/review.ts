import { failure } from '../../../shared/domain/failures.js';
import { done, failed, type Outcome } from '../../../shared/domain/outcome.js';
import type { Step, Turn } from '../../contract.js';
import type { Baseline } from '../baseline.js';
import { sentenceOf } from '../manifests/problem.js';
import { missingPermissions, permissionsFor, sentencesOf } from '../review/permissions.js';
import type { Rollout } from '../rollout.js';
import { preparedSet } from '../set/prepare.js';

/** Asks the API server whether every call of the plan is allowed, so that none is refused halfway. */
export function review(rollout: Rollout, baseline: Baseline): Step {
  return {
    id: 'review',
    title: 'Review the manifests and the permissions',
    writes: false,
    run: (turn) => runReview(rollout, baseline, turn),
  };
}

async function runReview(rollout: Rollout, baseline: Baseline, turn: Turn): Promise<Outcome> {
  const prepared = await preparedSet(rollout, baseline.choices, turn.signal);
  if (prepared.said === 'failed') return prepared;
  for (const warning of prepared.value.warnings) turn.say(sentenceOf(warning), 'warn');
  const { gateway } = await rollout.link(turn.signal);
  const needed = permissionsFor(baseline, prepared.value, rollout.target.namespace);
  const missing = sentencesOf(await missingPermissions(needed, gateway, turn.signal));
  if (missing.length === 0) return done;
  return failed(failure('k8s.permission-missing', missing.join('\n')));
}
