import type { Turn } from '../../contract.js';
import { annotationOf, DEPLOYMENT } from '../manifests/annotations.js';
import { stamped } from '../manifests/stamp.js';
import { isSame } from '../json.js';
import type { Rollout } from '../rollout.js';
import { copiesIn, inventoryObject, readInventory, type InventoryEntry } from './inventory.js';

/** Records what the target has deployed, in the cluster, unless that is recorded already. */
export async function record(
  rollout: Rollout,
  entries: readonly InventoryEntry[],
  copies: readonly string[],
  turn: Turn,
): Promise<void> {
  const { gateway } = await rollout.link(turn.signal);
  const { inventory, manager, release } = rollout;
  const { deploymentId, service, environment, version } = release;
  const live = await gateway.read(inventory, turn.signal);
  const isMine = live && annotationOf(live, DEPLOYMENT) === deploymentId;
  if (isMine && isSame(readInventory(live), entries) && isSame(copiesIn(live), copies)) return;
  const stamp = { deploymentId, service, environment, version, epoch: turn.epoch, set: inventory.id };
  const object = stamped(inventoryObject(inventory, entries, copies), stamp);
  const { resourceVersion } = live?.metadata ?? {};
  const pinned = { ...object, metadata: { ...object.metadata, ...(resourceVersion && { resourceVersion }) } };
  await turn.intend(`the inventory of ${entries.length} objects`);
  await gateway.apply(inventory, pinned, { manager, force: true, dryRun: false }, turn.signal);
}
