import { wait, type Outcome } from '../../../shared/domain/outcome.js';
import type { Step, Turn } from '../../contract.js';
import type { Rollout } from '../rollout.js';
import type { Turnover } from './pair.js';
import { idleRollout } from './turnover.js';

/** A call that works on the idle environment as `await-idle` recorded it. */
export function onIdle(
  turnover: Turnover,
  call: (turn: Turn, idle: Rollout) => Promise<Outcome>,
): (turn: Turn) => Promise<Outcome> {
  return async (turn) => {
    const idle = idleRollout(turn, turnover);
    return idle === undefined
      ? wait(5_000, `nothing is recorded of ${turnover.idleName} yet`)
      : await call(turn, idle);
  };
}

/**
 * A step of a deployment to one environment, done to the idle one. Its id, title and deadline come from a rollout
 * with the baseline of the live environment, whose configuration the idle one has.
 */
export function stepOnIdle(turnover: Turnover, stepOf: (rollout: Rollout) => Step): Step {
  const { live, idleName } = turnover;
  const target = { ...live.target, environment: idleName };
  const shape = stepOf({ ...live, target });
  return { ...shape, run: onIdle(turnover, (turn, idle) => stepOf(idle).run(turn)) };
}
