import { failure, type Failure } from '../../../shared/domain/failures.js';
import { done, failed, type Outcome } from '../../../shared/domain/outcome.js';
import type { Step, Turn } from '../../contract.js';
import { restoredOwners } from '../apply/restored.js';
import { atOnce } from '../at-once.js';
import type { Baseline, BaselineObject } from '../baseline.js';
import { isSame, jsonAt, listAt, textAt } from '../json.js';
import { nameOf, type KubeObject, type ManagedFields } from '../object.js';
import type { Rollout } from '../rollout.js';
import { placeOf } from '../set/member.js';

/**
 * Gives every field back to who owned it before. It comes last: until then the time of our own entry tells the
 * health of a restored workload from that of the bad one. Fails when somebody else has put another object or another
 * image there meanwhile: that stays as it is, and is not what ran before.
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
  const answers = await atOnce(existed, (object) => returnObject(rollout, object, turn));
  const [first] = answers.flatMap((answer) => answer ?? []);
  return first ? failed(first) : done;
}

/** Answers why what is there now is not what was there before, when it is not. */
async function returnObject(
  rollout: Rollout,
  object: BaselineObject,
  turn: Turn,
): Promise<Failure | undefined> {
  const { gateway } = await rollout.link(turn.signal);
  const { manager } = rollout;
  const place = placeOf(object);
  const name = nameOf(place.ref);
  const live = await gateway.read(place, turn.signal);
  if (!live || !object.before) return undefined;
  const before = object.before.managedFields as readonly ManagedFields[];
  const now = live.metadata.managedFields ?? [];
  if (live.metadata.uid !== object.before.uid) {
    // One that this rollback has made again has a new uid, too.
    if (now.some((entry) => entry.manager === manager)) return undefined;
    return failure('k8s.object-replaced', `${name} was replaced by somebody else and stays as it is`);
  }
  const wanted = restoredOwners(before, now, manager);
  if (!isSame(sorted(wanted), sorted(now))) {
    await turn.intend(`owners of ${name}`);
    await gateway.setOwners(place, live, wanted, [], turn.signal);
  }
  const [was, is] = [object.before.object as KubeObject, live].map(imagesOf);
  if (was === is) return undefined;
  const detail = `${name} runs ${is}, which somebody else has put there, instead of ${was}`;
  return failure('target.changed-elsewhere', detail);
}

/** The images of a workload, in words. */
function imagesOf(object: KubeObject): string {
  const pod = jsonAt(object, 'spec', 'template', 'spec');
  return ['initContainers', 'containers']
    .flatMap((list) => listAt(pod, list))
    .map((container) => textAt(container, 'image') ?? 'no image')
    .join(', ');
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
