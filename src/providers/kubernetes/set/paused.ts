import { failure, type Failure } from '../../../shared/domain/failures.js';
import { entriesToMigrate, isMine } from '../apply/field-managers.js';
import { valueAt } from '../json.js';
import type { KubeObject, ManagedFields } from '../object.js';
import type { Member } from './member.js';

/**
 * Rollouts that somebody holds where they are, and about which the manifests say nothing: what is applied to them would
 * run no pod until they are resumed, so nothing is applied at all.
 */
export function pausedOf(
  manager: string,
  members: readonly Member[],
  lives: readonly (KubeObject | undefined)[],
): Failure | undefined {
  const held = members.filter((member, index) => isHeld(manager, member, lives[index]));
  if (held.length === 0) return undefined;
  const names = held.map(({ kind, name }) => `${kind} ${name}`).join(', ');
  return failure('k8s.paused', `${names} would not run the new version until resumed; nothing was changed`);
}

function isHeld(manager: string, { object }: Member, live: KubeObject | undefined): boolean {
  if (!live || valueAt(live, 'spec', 'paused') !== true) return false;
  if (valueAt(object, 'spec', 'paused') !== undefined) return false;
  // What the version before had in its manifest goes with it.
  const leaving = entriesToMigrate(live, manager);
  const owners = (live.metadata.managedFields ?? []).filter(ownsPaused);
  return owners.length === 0 || owners.some((entry) => !isMine(entry, manager) && !leaving.includes(entry));
}

function ownsPaused({ fieldsV1 }: ManagedFields): boolean {
  return valueAt(fieldsV1, 'f:spec', 'f:paused') !== undefined;
}
