import type { Step } from '../../contract.js';
import { ensureBundle } from '../steps/ensure-bundle.js';
import { ensureVersion } from '../steps/ensure-version.js';
import { verifyRollback } from '../steps/verify-rollback.js';
import { awaitIdle } from './await-idle.js';
import { awaitSwap, verifySwap } from './await-swap.js';
import { ensureIdle } from './ensure-idle.js';
import type { Turnover } from './pair.js';
import { probeIdle } from './probe-idle.js';
import { settlePair } from './settle-pair.js';
import { ensureSwap } from './swap.js';
import { updateIdle } from './update-idle.js';

/** Steps that bring the release to the idle environment, and then the traffic. */
export function forwardPairPlan(turnover: Turnover): readonly Step[] {
  const { live, idleName } = turnover;
  const exchange = { way: 'forward', from: live.target.environment, to: idleName } as const;
  return [
    ensureBundle(live),
    ensureVersion(live),
    ensureIdle(turnover),
    awaitIdle(turnover),
    ...updateIdle(turnover),
    ...probeIdle(turnover),
    ensureSwap(turnover, exchange),
    awaitSwap(turnover, exchange),
    verifySwap(turnover, exchange),
  ];
}

/** Steps that give the traffic back to the environment that had it. Its version was never touched. */
export function backPairPlan(turnover: Turnover): readonly Step[] {
  const { live, idleName } = turnover;
  const exchange = { way: 'back', from: idleName, to: live.target.environment } as const;
  return [
    settlePair(turnover),
    ensureSwap(turnover, exchange),
    awaitSwap(turnover, exchange),
    verifyRollback(live, live.baseline.label),
  ];
}
