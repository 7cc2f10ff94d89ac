import { done, type Outcome } from '../../../shared/domain/outcome.js';
import type { Step, Turn } from '../../contract.js';
import type { Baseline } from '../baseline.js';
import { readWorkloads } from '../foreign-change.js';
import type { HealthLook } from '../health-look.js';
import type { KubeObject } from '../object.js';
import type { Rollout } from '../rollout.js';
import { placeOf, type Member } from '../set/member.js';

const MINUTE_MS = 60_000;

/** Waits until what was healthy before is healthy again. What was not cannot be waited for. */
export function awaitRestored(rollout: Rollout, baseline: Baseline, look: HealthLook): Step {
  return {
    id: 'await-restored',
    title: 'Wait for the version before',
    writes: false,
    deadlineMs: (rollout.target.rolloutDeadlineMinutes ?? 30) * MINUTE_MS,
    run: (turn) => runAwait(rollout, baseline, look, turn),
  };
}

async function runAwait(
  rollout: Rollout,
  { objects }: Baseline,
  look: HealthLook,
  turn: Turn,
): Promise<Outcome> {
  const set = objects.filter(({ part, before }) => part === 'set' && before !== undefined);
  const ready = set.filter(({ before }) => before?.wasReady === true);
  for (const { kind, name } of set.filter((object) => !ready.includes(object))) {
    turn.say(`${kind} ${name} was not healthy before the deployment; it is not waited for`, 'warn');
  }
  const members = ready.map((object): Member => {
    const { ref, resource, namespace, name, kind } = placeOf(object);
    return {
      ref,
      namespace,
      name,
      kind,
      resource: { ...resource, kind, verbs: [], subresources: [] },
      object: object.before?.object as KubeObject,
      where: 'baseline',
      definedHere: false,
    };
  });
  if (members.length === 0) return done;
  const outcome = await look.assess(members, turn);
  if (outcome.said !== 'done') return outcome;
  return look.confirm(members, await readWorkloads(rollout, members, turn.signal), turn);
}
