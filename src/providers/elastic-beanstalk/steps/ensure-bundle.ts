import { failure } from '../../../shared/domain/failures.js';
import { done, failed, type Outcome } from '../../../shared/domain/outcome.js';
import type { Step, Turn } from '../../contract.js';
import { readyBundle } from '../bundle/ready-bundle.js';
import { findBundle } from '../bundle/find-bundle.js';
import { BundleMismatch } from '../bundle/verified-bytes.js';
import type { Rollout } from '../rollout.js';

/** Puts the source bundle where Elastic Beanstalk can read it. */
export function ensureBundle(rollout: Rollout): Step {
  return {
    id: 'ensure-bundle',
    title: 'Make the source bundle ready in S3',
    writes: false,
    deadlineMs: 1_800_000,
    run: (turn) => run(turn, rollout),
  };
}

async function run(turn: Turn, rollout: Rollout): Promise<Outcome> {
  const found = await findBundle(rollout, turn.signal);
  if (found.is === 'missing') return failed(found.failure);
  const url = `s3://${found.location.bucket}/${found.location.key}`;
  if (found.put !== undefined) {
    await turn.intend(url);
    try {
      await found.put(turn.signal);
    } catch (error) {
      if (error instanceof BundleMismatch) return failed(failure('eb.bundle-invalid', error.message));
      throw error;
    }
    turn.say(`Stored the bundle as ${url}`);
  } else {
    turn.say(`The bundle is ready at ${url}`);
  }
  const ready = await readyBundle(rollout, found, turn.signal);
  if (ready.is === 'unfit') return failed(failure('eb.bundle-invalid', `${url}: ${ready.why}`));
  for (const warning of ready.warnings) turn.say(warning, 'warn');
  return done;
}
