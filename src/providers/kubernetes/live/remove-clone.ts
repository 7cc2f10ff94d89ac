import { failure } from '../../../shared/domain/failures.js';
import type { LiveAnswer } from '../../live-operations.js';
import { atOnce } from '../at-once.js';
import type { Gateway } from '../gateway.js';
import { listAt, textAt } from '../json.js';
import { ENVIRONMENT, SERVICE } from '../manifests/annotations.js';
import { nameOf, type KubeObject } from '../object.js';
import { readInventory, type InventoryEntry } from '../set/inventory.js';
import { placeOf } from '../set/member.js';
import { namespacePlace } from '../set/namespaces.js';
import { isPrunable } from '../set/prune.js';
import { foreign, standingOf } from '../steps/make-clone-namespace.js';
import type { KubernetesTarget } from '../target.js';

const CONFIG_MAPS = { group: '', version: 'v1', plural: 'configmaps', namespaced: true } as const;

/** An object of a clone that is not in its namespace, with whom it belongs to. */
interface Outside {
  readonly entry: InventoryEntry;
  readonly owner: { readonly service: string; readonly environment: string };
}

/**
 * Deletes the namespace that was made for a clone, looking first; before it, what its inventories record outside of it.
 * A namespace without the mark of the clone is left alone.
 */
export async function removeClone(
  target: KubernetesTarget,
  gateway: Gateway,
  signal: AbortSignal,
): Promise<LiveAnswer<string>> {
  const { namespace } = target;
  const { standing, live } = await standingOf(target, gateway, signal);
  if (standing === 'missing') return { said: 'done', value: `namespace ${namespace} is not there` };
  if (standing === 'foreign' || live === undefined)
    return { said: 'failed', failure: failure('k8s.namespace-foreign', foreign(namespace)) };
  if (standing === 'leaving') return later(`namespace ${namespace} is being deleted${hindranceOf(live)}`);
  const open = await atOnce(await outsideOf(namespace, gateway, signal), (outside) =>
    removeOutside(outside, gateway, signal),
  );
  const leaving = open.flatMap((name) => name ?? []);
  if (leaving.length > 0) return later(`${leaving.join(', ')} is being deleted`);
  await gateway.remove(namespacePlace(namespace), live.metadata.uid ?? '', signal);
  return later(`namespace ${namespace} is being deleted`);
}

/** What the services of the clone have deployed elsewhere; their inventories go with the namespace. */
async function outsideOf(
  namespace: string,
  gateway: Gateway,
  signal: AbortSignal,
): Promise<readonly Outside[]> {
  const labelSelector = 'applyset.kubernetes.io/id';
  const records = await gateway.list({ resource: CONFIG_MAPS, namespace }, { labelSelector }, signal);
  return records.flatMap((record) => {
    const { [SERVICE]: service = '', [ENVIRONMENT]: environment = '' } = record.metadata.labels ?? {};
    return readInventory(record)
      .filter((entry) => entry.namespace !== namespace)
      .map((entry) => ({ entry, owner: { service, environment } }));
  });
}

/** Deletes it unless it is somebody else's by now or has to stay. Answers its name while it is still there. */
async function removeOutside(
  { entry, owner }: Outside,
  gateway: Gateway,
  signal: AbortSignal,
): Promise<string | undefined> {
  const place = placeOf({ ...entry, part: 'prune' });
  const live = await gateway.read(place, signal);
  if (!live) return undefined;
  if (live.metadata.deletionTimestamp !== undefined) return nameOf(place.ref);
  if (!isPrunable(entry, live, owner)) return undefined;
  await gateway.remove(place, live.metadata.uid ?? '', signal);
  return (await gateway.read(place, signal)) && nameOf(place.ref);
}

/** What the API server says that the namespace waits for. */
function hindranceOf(live: KubeObject): string {
  const remaining = listAt(live, 'status', 'conditions').filter(
    (condition) =>
      textAt(condition, 'status') === 'True' && (textAt(condition, 'type') ?? '').endsWith('Remaining'),
  );
  const said = remaining.flatMap((condition) => textAt(condition, 'message') ?? []);
  return said.length === 0 ? '' : `: ${said.join('; ')}`;
}

function later(because: string): LiveAnswer<never> {
  return { said: 'wait', forMs: 5_000, because };
}
