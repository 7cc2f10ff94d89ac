import { failure } from '../../../shared/domain/failures.js';
import { done, failed, type Outcome } from '../../../shared/domain/outcome.js';
import type { Step, Turn } from '../../contract.js';
import { contentOf, isSameContent, restored } from '../apply/restored.js';
import { atOnce } from '../at-once.js';
import type { Baseline, BaselineObject } from '../baseline.js';
import { copyOf, type Json } from '../json.js';
import { annotationOf, EPOCH } from '../manifests/annotations.js';
import { rankOf } from '../manifests/kind-order.js';
import { nameOf, type KubeObject } from '../object.js';
import type { Rollout } from '../rollout.js';
import { keptSecret } from '../set/kept-secrets.js';
import { keyOf, placeOf } from '../set/member.js';

/** Brings every object that existed back to what it was, configuration first. */
export function restore(rollout: Rollout, baseline: Baseline): Step {
  return {
    id: 'restore',
    title: 'Bring the objects back to what they were',
    writes: true,
    run: (turn) => runRestore(rollout, baseline, turn),
  };
}

async function runRestore(rollout: Rollout, baseline: Baseline, turn: Turn): Promise<Outcome> {
  const existed = baseline.objects
    .filter(({ before }) => before !== undefined)
    .sort((one, other) => rankOf(one.kind) - rankOf(other.kind));
  const lost: string[] = [];
  for (const kind of new Set(existed.map((object) => object.kind))) {
    const group = existed.filter((object) => object.kind === kind);
    const answers = await atOnce(group, (object) => restoreObject(rollout, object, turn));
    lost.push(...answers.flatMap((answer) => answer ?? []));
  }
  // What runs now is judged by what these writes left, not by what the deployment had written before.
  for (const object of existed) rollout.memory.written.delete(keyOf(placeOf(object)));
  return lost.length === 0 ? done : failed(failure('k8s.restore-incomplete', lost.join('\n')));
}

/** Answers why the object could not be brought back, when it could not. */
async function restoreObject(
  rollout: Rollout,
  object: BaselineObject,
  turn: Turn,
): Promise<string | undefined> {
  const { gateway } = await rollout.link(turn.signal);
  const place = placeOf(object);
  const name = nameOf(place.ref);
  const live = await gateway.read(place, turn.signal);
  if (live && live.metadata.uid !== object.before?.uid && !isRecreated(rollout, live)) {
    turn.say(`${name} was replaced by somebody else; it stays as it is`, 'warn');
    return undefined;
  }
  if (live && Number(annotationOf(live, EPOCH) ?? 0) > turn.epoch) {
    return `${name} was written by a newer owner of this target`;
  }
  const before = await objectBefore(rollout, object, turn);
  if (!before) return `${name}: the copy of the Secret is gone`;
  if (!live) return recreate(rollout, object, before, turn);
  const wanted = restored(before, live, rollout.manager, turn.epoch);
  if (isSameContent(wanted, live)) return undefined;
  await turn.intend(`restore ${name}`);
  await gateway.replace(place, wanted, rollout.manager, turn.signal);
  turn.say(`${name}: brought back`);
  return undefined;
}

/** One that this rollback has made again after it had been deleted. */
function isRecreated({ manager }: Rollout, live: KubeObject): boolean {
  return (live.metadata.managedFields ?? []).some((entry) => entry.manager === manager);
}

/** The object as it was; `undefined` when that is not known any more. */
async function objectBefore(
  rollout: Rollout,
  object: BaselineObject,
  turn: Turn,
): Promise<KubeObject | undefined> {
  const { gateway } = await rollout.link(turn.signal);
  const { before } = object;
  if (!before) return undefined;
  if (before.keptIn === undefined) return before.object as KubeObject;
  const kept = await keptSecret(rollout, gateway, object, turn.signal);
  if (kept) return kept;
  // Before its copy was made nothing had been written, so that what is live is what was.
  const live = await gateway.read(placeOf(object), turn.signal);
  const isUntouched = live && annotationOf(live, 'beanpod.dev/deployment') !== rollout.release.deploymentId;
  return isUntouched ? contentOf(live) : undefined;
}

/** A deleted object comes back under a new uid. */
async function recreate(
  rollout: Rollout,
  object: BaselineObject,
  before: KubeObject,
  turn: Turn,
): Promise<string | undefined> {
  const { gateway } = await rollout.link(turn.signal);
  const place = placeOf(object);
  const copy = copyOf(before) as Json;
  delete copy['status'];
  await turn.intend(`create ${nameOf(place.ref)} again`);
  await gateway.create(place, copy as KubeObject, rollout.manager, turn.signal);
  turn.say(`${nameOf(place.ref)}: created again; its uid is a new one`, 'warn');
  return undefined;
}
