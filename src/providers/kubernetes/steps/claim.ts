import { done, type Outcome } from '../../../shared/domain/outcome.js';
import type { Step, Turn } from '../../contract.js';
import type { Baseline } from '../baseline.js';
import type { Rollout } from '../rollout.js';
import { readInventory, type InventoryEntry } from '../set/inventory.js';
import { copiesBefore, copiesNow, inventoryBefore } from '../set/kept-secrets.js';
import { keyOf, placeOf, storedPlace } from '../set/member.js';
import { preparedSet } from '../set/prepare.js';
import { record } from '../set/record.js';

/**
 * Records the new objects beside the old ones before any of them is written, so that nothing is forgotten in the
 * cluster when the deployment fails and may not be rolled back.
 */
export function claim(rollout: Rollout, baseline: Baseline): Step {
  return {
    id: 'claim',
    title: 'Record the objects of the set',
    writes: true,
    run: (turn) => runClaim(rollout, baseline, turn),
  };
}

async function runClaim(rollout: Rollout, baseline: Baseline, turn: Turn): Promise<Outcome> {
  const prepared = await preparedSet(rollout, baseline.choices, turn.signal);
  if (prepared.said === 'failed') return prepared;
  const uids = new Map(
    baseline.objects.map((object) => [keyOf(placeOf(object)), object.before?.uid] as const),
  );
  const fresh = prepared.value.members.map((member): InventoryEntry => {
    const uid = uids.get(keyOf(member));
    return {
      ...storedPlace(member),
      ...(uid === undefined ? { by: rollout.release.deploymentId } : { uid }),
    };
  });
  const names = new Set(prepared.value.members.map(keyOf));
  const old = recordedBefore(baseline).filter(
    (entry) => !names.has(keyOf(placeOf({ ...entry, part: 'set' }))),
  );
  const copies = new Set([...copiesBefore(baseline), ...copiesNow(baseline)]);
  await record(rollout, [...old, ...fresh], [...copies].sort(), turn);
  return done;
}

/** What the inventory said before the deployment. */
function recordedBefore(baseline: Baseline): readonly InventoryEntry[] {
  return readInventory(inventoryBefore(baseline));
}
