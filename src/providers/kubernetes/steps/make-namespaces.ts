import type { Outcome } from '../../../shared/domain/outcome.js';
import type { Step, Turn } from '../../contract.js';
import type { Baseline } from '../baseline.js';
import type { Rollout } from '../rollout.js';
import { keyOf, placeOf } from '../set/member.js';
import { preparedSet } from '../set/prepare.js';
import { applyMembers } from './apply-wave.js';

/**
 * Makes the namespaces of the set that are not there yet, whatever their wave: the Jobs that come first and the record of
 * the objects lie in them. An empty namespace changes nothing that the target runs, and a rollback leaves it anyway.
 */
export function makeNamespaces(rollout: Rollout, baseline: Baseline): readonly Step[] {
  const missing = new Set(
    baseline.objects
      .filter(({ kind, part, before }) => kind === 'Namespace' && part === 'set' && before === undefined)
      .map((object) => keyOf(placeOf(object))),
  );
  if (missing.size === 0) return [];
  return [
    {
      id: 'make-namespaces',
      title: 'Make the namespaces of the set',
      writes: false,
      run: (turn) => runMake(rollout, baseline, missing, turn),
    },
  ];
}

async function runMake(
  rollout: Rollout,
  baseline: Baseline,
  missing: ReadonlySet<string>,
  turn: Turn,
): Promise<Outcome> {
  const prepared = await preparedSet(rollout, baseline.choices, turn.signal);
  if (prepared.said === 'failed') return prepared;
  const namespaces = prepared.value.members.filter((member) => missing.has(keyOf(member)));
  return applyMembers(rollout, baseline, namespaces, turn);
}
