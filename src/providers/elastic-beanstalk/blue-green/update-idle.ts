import { done, type Outcome } from '../../../shared/domain/outcome.js';
import type { Step, Turn } from '../../contract.js';
import { lookAtInstances } from '../instance-look.js';
import type { Rollout } from '../rollout.js';
import { versionSentSince } from '../sent-since.js';
import { awaitEnvironment } from '../steps/await-environment.js';
import { ensureUpdate } from '../steps/ensure-update.js';
import { verifyInstances } from '../steps/verify-instances.js';
import { onIdle } from './on-idle.js';
import type { Turnover } from './pair.js';

/**
 * Deploys the version to the idle environment. One that runs it already, as after the deployment before, is taken as it
 * is: going back to that version is then a matter of a swap.
 */
export function updateIdle(turnover: Turnover): readonly Step[] {
  return [
    stepOnIdle(turnover, ensureUpdate, runsAlready),
    stepOnIdle(turnover, awaitEnvironment, async (turn) => versionSentSince(turn) === undefined),
    stepOnIdle(turnover, verifyInstances),
  ];
}

async function runsAlready(turn: Turn, idle: Rollout): Promise<boolean> {
  if (turn.intent !== undefined || idle.baseline.label !== idle.to) return false;
  const look = await lookAtInstances(turn, idle, { label: idle.to, newerThan: 0 });
  if (look.is !== 'proven') return false;
  turn.say(`${idle.target.environment} runs ${idle.to} already: ${look.seen}`);
  return true;
}

/**
 * A step of a deployment to one environment, done to the idle one unless `isDone` says that there is nothing to do. Its
 * id, title and deadline come from the baseline of the live environment, whose configuration the idle one has.
 */
function stepOnIdle(
  turnover: Turnover,
  stepOf: (rollout: Rollout) => Step,
  isDone?: (turn: Turn, idle: Rollout) => Promise<boolean>,
): Step {
  const { live, idleName } = turnover;
  const shape = stepOf({ ...live, target: { ...live.target, environment: idleName } });
  async function run(turn: Turn, idle: Rollout): Promise<Outcome> {
    return (await isDone?.(turn, idle)) === true ? done : await stepOf(idle).run(turn);
  }
  return { ...shape, run: onIdle(turnover, run) };
}
