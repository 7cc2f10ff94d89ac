import type { Drifted, DriftedField, Turn } from '../../contract.js';
import type { LiveAnswer } from '../../live-operations.js';
import { asDeployed } from '../apply/write-object.js';
import { writingOf } from '../apply/writing.js';
import { atOnce } from '../at-once.js';
import type { Baseline } from '../baseline.js';
import { nameOf } from '../object.js';
import type { Rollout } from '../rollout.js';
import { preparedSet } from '../set/prepare.js';
import { changedFields, type ChangedField } from './difference.js';

/**
 * What of the set is no longer as the release deployed it. The server is asked, by a dry run, what each object would be
 * with every field of ours as it was; fields that others have added, and those that the rules leave to them, are theirs.
 */
export async function findDrift(
  rollout: Rollout,
  { choices }: Baseline,
  turn: Turn,
): Promise<LiveAnswer<readonly Drifted[]>> {
  const prepared = await preparedSet(rollout, choices, turn.signal);
  if (prepared.said === 'failed') return prepared;
  const { members } = prepared.value;
  const { gateway } = await rollout.link(turn.signal);
  const writing = await writingOf(rollout, members, turn);
  const found = await atOnce(members, async (member): Promise<readonly Drifted[]> => {
    const name = nameOf(member.ref);
    const live = await gateway.read(member, turn.signal);
    if (!live) return [{ name, change: 'gone', fields: [] }];
    const wanted = await asDeployed(writing, member, live, turn.signal);
    const fields = changedFields(wanted, live).map(fieldOf);
    return fields.length > 0 ? [{ name, change: 'changed', fields }] : [];
  });
  return { said: 'done', value: found.flat() };
}

function fieldOf({ path, before, after, isSecret }: ChangedField): DriftedField {
  if (isSecret) return { path };
  return {
    path,
    ...(before !== undefined && { recorded: JSON.stringify(before) }),
    ...(after !== undefined && { live: JSON.stringify(after) }),
  };
}
