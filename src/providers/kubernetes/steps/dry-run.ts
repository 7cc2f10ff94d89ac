import { failure } from '../../../shared/domain/failures.js';
import { done, failed, type Outcome } from '../../../shared/domain/outcome.js';
import type { Step, Turn } from '../../contract.js';
import type { Baseline } from '../baseline.js';
import { dryRun, type DryRun } from '../review/dry-run.js';
import type { Rollout } from '../rollout.js';
import { preparedSet } from '../set/prepare.js';

/** Most lines of differences that go into the log, per object. */
const MOST_LINES = 20;

/** Tries the whole set on the server; nothing is written when it refuses a single object. */
export function tryOnServer(rollout: Rollout, baseline: Baseline): Step {
  return {
    id: 'dry-run',
    title: 'Try every object on the API server without keeping it',
    writes: false,
    run: (turn) => runTry(rollout, baseline, turn),
  };
}

async function runTry(rollout: Rollout, baseline: Baseline, turn: Turn): Promise<Outcome> {
  const prepared = await preparedSet(rollout, baseline.choices, turn.signal);
  if (prepared.said === 'failed') return prepared;
  const result = await dryRun(rollout, prepared.value, turn);
  for (const line of linesOf(result)) turn.say(line);
  for (const line of result.unproven) turn.say(line, 'warn');
  const { conflicts, refusals, nodePorts } = result;
  if (refusals.length > 0) {
    return failed(failure('k8s.object-refused', [...refusals, ...nodePorts, ...conflicts].join('\n')));
  }
  if (nodePorts.length > 0) {
    const { nodePortOffset = 0 } = rollout.target;
    const offset = `The offset that was added to the node ports of the manifests is ${nodePortOffset}`;
    return failed(failure('k8s.node-port-unavailable', [...nodePorts, offset].join('\n')));
  }
  return conflicts.length > 0 ? failed(failure('k8s.conflict', conflicts.join('\n'))) : done;
}

/** What would change, for the log and for previews. */
export function linesOf({ changes }: DryRun): readonly string[] {
  const lines = changes.flatMap(({ name, lines }) => {
    const more = lines.length > MOST_LINES ? [`${name}: and ${lines.length - MOST_LINES} more`] : [];
    return [...lines.slice(0, MOST_LINES).map((line) => `${name}: ${line}`), ...more];
  });
  const same = changes.filter(({ lines }) => lines.length === 0).length;
  return same > 0 ? [...lines, `${same} of ${changes.length} objects stay as they are`] : lines;
}
