import type { Outcome } from '../../../shared/domain/outcome.js';
import type { Step, Turn } from '../../contract.js';
import type { Baseline } from '../baseline.js';
import type { HealthLook } from '../health-look.js';
import { foreignChange, readWorkloads } from '../foreign-change.js';
import type { Rollout } from '../rollout.js';
import { preparedSet } from '../set/prepare.js';

const MINUTE_MS = 60_000;

/** Waits until the objects of one wave are healthy. */
export function awaitWave(rollout: Rollout, baseline: Baseline, wave: number, look: HealthLook): Step {
  return {
    id: `await-${wave}`,
    title: baseline.waves > 1 ? `Wait for wave ${wave + 1} of ${baseline.waves}` : 'Wait for the new version',
    writes: false,
    deadlineMs: (rollout.target.rolloutDeadlineMinutes ?? 30) * MINUTE_MS,
    run: (turn) => assessWaves(rollout, baseline, look, turn, wave),
  };
}

/** Judges the objects of one wave, or of all. */
export async function assessWaves(
  rollout: Rollout,
  baseline: Baseline,
  look: HealthLook,
  turn: Turn,
  wave?: number,
): Promise<Outcome> {
  const prepared = await preparedSet(rollout, baseline.choices, turn.signal);
  if (prepared.said === 'failed') return prepared;
  const { members, waves } = prepared.value;
  const judged = wave === undefined ? members : (waves[wave] ?? []);
  const outcome = await look.assess(judged, turn);
  if (outcome.said !== 'done') return outcome;
  const workloads = await readWorkloads(rollout, members, turn.signal);
  const foreign = await foreignChange(rollout, members, workloads, turn);
  const followed = workloads.filter(({ member }) => judged.includes(member));
  return foreign ?? (await look.confirm(judged, followed, turn));
}
