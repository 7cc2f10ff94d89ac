import { done, type Outcome } from '../../../shared/domain/outcome.js';
import type { Step, Turn } from '../../contract.js';
import { restoredOwners } from '../apply/restored.js';
import { atOnce } from '../at-once.js';
import type { Baseline, BaselineObject } from '../baseline.js';
import { isSame } from '../json.js';
import { nameOf, type ManagedFields } from '../object.js';
import type { Rollout } from '../rollout.js';
import { placeOf } from '../set/member.js';

/**
 * Gives every field back to who owned it before. It comes last: until then the time of our own entry tells the
 * health of a restored workload from that of the bad one.
 */
export function returnFields(rollout: Rollout, baseline: Baseline): Step {
  return {
    id: 'return-fields',
    title: 'Give the fields back to their owners',
    writes: true,
    run: (turn) => runReturn(rollout, baseline, turn),
  };
}

async function runReturn(rollout: Rollout, { objects }: Baseline, turn: Turn): Promise<Outcome> {
  const existed = objects.filter(({ before }) => before !== undefined);
  await atOnce(existed, (object) => returnObject(rollout, object, turn));
  return done;
}

async function returnObject(rollout: Rollout, object: BaselineObject, turn: Turn): Promise<void> {
  const { gateway } = await rollout.link(turn.signal);
  const { manager } = rollout;
  const place = placeOf(object);
  const live = await gateway.read(place, turn.signal);
  if (!live || !object.before || live.metadata.uid !== object.before.uid) return;
  const before = object.before.managedFields as readonly ManagedFields[];
  const now = live.metadata.managedFields ?? [];
  const wanted = restoredOwners(before, now, manager);
  if (isSame(sorted(wanted), sorted(now))) return;
  await turn.intend(`owners of ${nameOf(place.ref)}`);
  await gateway.setOwners(place, live, wanted, [], turn.signal);
}

function sorted(entries: readonly ManagedFields[]): readonly unknown[] {
  return entries
    .map(({ manager, operation, subresource = '', fieldsV1 }) => ({
      manager,
      operation,
      subresource,
      fieldsV1,
    }))
    .sort((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other)));
}
