import { wait, type Outcome } from '../../../shared/domain/outcome.js';
import type { Turn } from '../../contract.js';
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
