import { done, type Outcome } from '../../../shared/domain/outcome.js';
import type { Step, Turn } from '../../contract.js';
import { configurationDeadlineMs } from '../deadlines.js';
import { titlesOf } from '../options/option.js';
import { reconfiguration, restoration, type Reconfiguration } from '../options/reconfiguration.js';
import { lossOf } from '../options/way-back.js';
import type { Rollout } from '../rollout.js';
import { awaitOptions } from './await-options.js';
import { sendOptions } from './send-options.js';

const SEND_DEADLINE_MS = 900_000;

/**
 * Brings the option settings of the target before the version comes: a request that mixes both is refused by some
 * environments, and its options would not go back with the version.
 */
export function changeOptions(rollout: Rollout): readonly Step[] {
  const { baseline, target } = rollout;
  const { options = [] } = baseline;
  if (options.length === 0) return [];
  return [
    {
      id: 'ensure-options',
      title: `Change ${options.length} option settings of ${target.environment}`,
      writes: true,
      deadlineMs: SEND_DEADLINE_MS,
      run: (turn) => sendOptions(turn, rollout, reconfiguration(rollout)),
    },
    {
      id: 'await-options',
      title: `Wait until ${target.environment} has the changed options`,
      writes: false,
      deadlineMs: configurationDeadlineMs(baseline),
      run: (turn) => awaitOptions(turn, rollout, reconfiguration(rollout)),
    },
  ];
}

/** Brings the option settings back that the deployment changed; says which it cannot. */
export function restoreOptions(rollout: Rollout): readonly Step[] {
  const { baseline, target } = rollout;
  const { options = [] } = baseline;
  if (options.length === 0) return [];
  return [
    {
      id: 'restore-options',
      title: `Restore ${options.length} option settings of ${target.environment}`,
      writes: true,
      deadlineMs: configurationDeadlineMs(baseline),
      run: (turn) => sendBack(turn, rollout, restoration(rollout)),
    },
    {
      id: 'await-restored-options',
      title: `Wait until ${target.environment} has its earlier options`,
      writes: false,
      deadlineMs: configurationDeadlineMs(baseline),
      run: async (turn) => {
        const outcome = await awaitOptions(turn, rollout, restoration(rollout));
        if (outcome.said === 'done') sayRestored(turn, rollout);
        return outcome;
      },
    },
  ];
}

async function sendBack(turn: Turn, rollout: Rollout, back: Reconfiguration): Promise<Outcome> {
  const { set, remove } = back.configuration;
  return set.length + remove.length === 0 ? done : await sendOptions(turn, rollout, back);
}

function sayRestored(turn: Turn, { baseline }: Rollout): void {
  const { options = [] } = baseline;
  const restored = options.filter((one) => lossOf(one) === undefined);
  if (restored.length > 0) turn.say(`Option settings as before: ${titlesOf(restored)}`);
  for (const loss of options.map(lossOf)) {
    if (loss !== undefined) turn.say(`Not restored: ${loss}`, 'warn');
  }
}
