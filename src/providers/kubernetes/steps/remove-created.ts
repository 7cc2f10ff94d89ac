import { done, wait, type Outcome } from '../../../shared/domain/outcome.js';
import type { Step, Turn } from '../../contract.js';
import type { Baseline, BaselineObject } from '../baseline.js';
import type { Gateway } from '../gateway.js';
import { jsonAt, textAt } from '../json.js';
import { annotationOf, DEPLOYMENT } from '../manifests/annotations.js';
import { rankOf } from '../manifests/kind-order.js';
import { nameOf, type KubeObject } from '../object.js';
import type { Rollout } from '../rollout.js';
import { keptPlace } from '../set/kept-secrets.js';
import { placeOf } from '../set/member.js';
import { survivesRollback } from '../set/prune.js';

/** Deletes what this deployment made, in the reverse order, and waits until it is gone. */
export function removeCreated(rollout: Rollout, baseline: Baseline): Step {
  return {
    id: 'remove-created',
    title: 'Delete what the deployment made',
    writes: true,
    run: (turn) => runRemove(rollout, baseline, turn),
  };
}

async function runRemove(rollout: Rollout, { objects }: Baseline, turn: Turn): Promise<Outcome> {
  const { gateway } = await rollout.link(turn.signal);
  const made = objects
    .filter(({ before }) => before === undefined)
    .sort((one, other) => rankOf(other.kind) - rankOf(one.kind));
  const leaving: string[] = [];
  for (const object of made) {
    // A definition goes only after the last of its resources, which go first in this order.
    const isDefinition = object.kind === 'CustomResourceDefinition';
    if (isDefinition && leaving.length > 0) break;
    if (await remove(rollout, gateway, object, turn)) leaving.push(nameOf(placeOf(object).ref));
  }
  if (leaving.length > 0) return wait(1_000, `${leaving.join(', ')} is being deleted`);
  await forgetSecrets(gateway, objects, turn);
  return done;
}

/** Whether the object is still there. */
async function remove(
  rollout: Rollout,
  gateway: Gateway,
  object: BaselineObject,
  turn: Turn,
): Promise<boolean> {
  const place = placeOf(object);
  const name = nameOf(place.ref);
  const live = await gateway.read(place, turn.signal);
  if (!live) return false;
  if (live.metadata.deletionTimestamp) return true;
  if (annotationOf(live, DEPLOYMENT) !== rollout.release.deploymentId) {
    turn.say(`${name} was made by somebody else; it stays`, 'warn');
    return false;
  }
  const stays = survivesRollback(object) || (await isDefinitionInUse(gateway, live, turn));
  if (stays) {
    turn.say(`${name} was made by this deployment and stays, as others may depend on it`, 'warn');
    return false;
  }
  await turn.intend(`delete ${name}`);
  await gateway.remove(place, live.metadata.uid ?? '', turn.signal);
  turn.say(`${name}: deleted`);
  return (await gateway.read(place, turn.signal)) !== undefined;
}

/** Whether there are resources of a definition left: they would all go with it. */
async function isDefinitionInUse(gateway: Gateway, live: KubeObject, turn: Turn): Promise<boolean> {
  if (live.kind !== 'CustomResourceDefinition') return false;
  const { group, names } = jsonAt(live, 'spec');
  const version = textAt((live['spec'] as { versions?: unknown[] }).versions?.[0], 'name') ?? '';
  const resource = {
    group: String(group),
    version,
    plural: textAt(names, 'plural') ?? '',
    namespaced: false,
  };
  const left = await gateway.list({ resource, namespace: undefined }, {}, turn.signal);
  return left.length > 0;
}

async function forgetSecrets(
  gateway: Gateway,
  objects: readonly BaselineObject[],
  turn: Turn,
): Promise<void> {
  for (const object of objects) {
    const place = keptPlace(object);
    const live = place && (await gateway.read(place, turn.signal));
    if (!place || !live?.metadata.uid) continue;
    await turn.intend(`delete the copy of Secret ${object.name}`);
    await gateway.remove(place, live.metadata.uid, turn.signal);
  }
}
