import { failure } from '../../../shared/domain/failures.js';
import { done, failed, wait, type Outcome } from '../../../shared/domain/outcome.js';
import type { Step, Turn } from '../../contract.js';
import { attribute } from '../attribution.js';
import { highestDeploymentId } from '../baseline.js';
import { foreignChange } from '../foreign-change.js';
import { lookAtInstances } from '../instance-look.js';
import { readWrongLooks } from '../intent-note.js';
import type { Rollout } from '../rollout.js';
import { versionSentSince } from '../sent-since.js';

/** Proves instance by instance that the new version runs; Elastic Beanstalk can call a partial update complete. */
export function verifyInstances(rollout: Rollout): Step {
  return {
    id: 'verify-instances',
    title: `Verify that every instance runs ${rollout.to}`,
    writes: false,
    deadlineMs: 600_000,
    run: (turn) => run(turn, rollout),
  };
}

async function run(turn: Turn, rollout: Rollout): Promise<Outcome> {
  const { baseline, memory, target, to } = rollout;
  const newerThan = baseline.label === to ? highestDeploymentId(baseline) : 0;
  const wrongBefore = readWrongLooks(turn.intent);
  const look = await lookAtInstances(turn, rollout, { label: to, newerThan, wrongBefore });
  switch (look.is) {
    case 'unsupported':
      turn.say('Basic health reporting names no instances; let a check compare the version', 'warn');
      return done;
    case 'proven':
      memory.proven = true;
      turn.say(look.seen);
      return done;
    case 'pending':
      return wait(5_000, look.seen);
    case 'wrong': {
      if (!look.settled) {
        await turn.intend(JSON.stringify({ wrongLooks: look.wrongLooks }));
        return wait(5_000, look.seen);
      }
      // What is wrong after somebody else's update is not ours to judge, and not ours to undo.
      const sighting = await rollout.watch.look('events', turn.signal);
      const { foreignAfterOurs } = attribute(
        sighting.events,
        versionSentSince(turn) ?? baseline.anchorMs,
        memory.forwardRequest,
      );
      return foreignAfterOurs
        ? foreignChange(rollout, look.seen)
        : failed(failure('eb.update-partial', `${target.environment}: ${look.seen}`));
    }
  }
}
