import { done, wait, type Outcome } from '../../shared/domain/outcome.js';
import type { Turn } from '../contract.js';
import { atOnce } from './at-once.js';
import type { Baseline, BaselineObject } from './baseline.js';
import { annotationOf, VERSION_OF } from './manifests/annotations.js';
import { rankOf } from './manifests/kind-order.js';
import { nameOf } from './object.js';
import type { Rollout } from './rollout.js';
import type { InventoryEntry } from './set/inventory.js';
import { copiesNow, forgetCopies } from './set/kept-secrets.js';
import { placeOf, storedPlace, type Member } from './set/member.js';
import { oldVersions } from './set/old-versions.js';
import { preparedSet } from './set/prepare.js';
import { isPrunable } from './set/prune.js';
import { record } from './set/record.js';
import { KubeStatusError } from './transport.js';

/** Deletes what left the set and what only the version before needed, and records the set as it is now. */
export async function settle(rollout: Rollout, baseline: Baseline, turn: Turn): Promise<Outcome> {
  const prepared = await preparedSet(rollout, baseline.choices, turn.signal);
  if (prepared.said === 'failed') return prepared;
  const leaving = baseline.objects
    .filter(({ part }) => part === 'prune')
    .sort((one, other) => rankOf(other.kind) - rankOf(one.kind));
  const held: string[] = [];
  for (const object of leaving)
    if (await prune(rollout, object, turn)) held.push(nameOf(placeOf(object).ref));
  if (held.length > 0) return wait(1_000, `${held.join(', ')} is being deleted; its finalizers hold it`);
  const { gateway } = await rollout.link(turn.signal);
  const entries = await atOnce(prepared.value.members, async (member): Promise<InventoryEntry> => {
    const uid = (await gateway.read(member, turn.signal))?.metadata.uid;
    return { ...storedPlace(member), ...(uid !== undefined && { uid }) };
  });
  await forgetCopies(rollout, gateway, baseline, turn);
  await forgetVersions(rollout, prepared.value.members, turn);
  await record(rollout, entries, copiesNow(baseline), turn);
  return done;
}

/** Deletes old versions of configuration that nothing reads any more. Where that cannot be proven they stay. */
async function forgetVersions(rollout: Rollout, members: readonly Member[], turn: Turn): Promise<void> {
  const { gateway } = await rollout.link(turn.signal);
  const versioned = members.filter(({ object }) => annotationOf(object, VERSION_OF) !== undefined);
  for (const namespace of new Set(versioned.flatMap((member) => member.namespace ?? []))) {
    try {
      for (const old of await oldVersions(gateway, namespace, rollout.release, turn.signal)) {
        await turn.intend(`delete ${old.resource.plural} ${old.name}`);
        await gateway.remove(old, old.uid, turn.signal);
        turn.say(`${old.resource.plural} ${namespace}/${old.name}: deleted, as nothing reads it any more`);
      }
    } catch (error) {
      if (!(error instanceof KubeStatusError && error.status === 403)) throw error;
      turn.say(`Old versions of configuration stay in ${namespace}: ${error.message}`, 'warn');
    }
  }
}

/** Whether the object is still there. */
async function prune(rollout: Rollout, object: BaselineObject, turn: Turn): Promise<boolean> {
  const { gateway } = await rollout.link(turn.signal);
  const place = placeOf(object);
  const uid = object.before?.uid;
  const live = await gateway.read(place, turn.signal);
  if (!live || uid === undefined || live.metadata.uid !== uid) return false;
  if (live.metadata.deletionTimestamp) return true;
  if (!isPrunable({ ...object, uid }, live, rollout.release)) {
    turn.say(`${nameOf(place.ref)} left the set but is no longer this target's; it stays`, 'warn');
    return false;
  }
  await turn.intend(`delete ${nameOf(place.ref)}`);
  await gateway.remove(place, uid, turn.signal);
  turn.say(`${nameOf(place.ref)}: deleted`);
  return (await gateway.read(place, turn.signal)) !== undefined;
}
