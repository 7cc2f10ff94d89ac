import type { Failure } from '../../../shared/domain/failures.js';
import type { Release } from '../../contract.js';
import type { Baseline, BaselineObject } from '../baseline.js';
import type { Discovery } from '../discovery/discovery.js';
import type { Permission } from '../gateway.js';
import { permissionsFor } from '../review/permissions.js';
import { inventoryOf } from '../set/inventory.js';
import { storedPlace, type Member } from '../set/member.js';
import { prepareSet } from '../set/prepare.js';
import type { PreparedSet } from '../set/prepared-set.js';
import type { KubernetesTarget } from '../target.js';

/** What a deployment to a target asks for, as far as that is known without a version. */
export interface Needed {
  readonly permissions: readonly Permission[];
  readonly members: readonly Member[];
  /** Why the objects of the set are not known; the permissions are those of every deployment then. */
  readonly unread?: 'with the version' | Failure;
}

interface TargetName {
  readonly service: string;
  readonly environment: string;
}

/** Stands for the version: names and texts that come of it are shown to nobody. */
const ANY_VERSION = { version: 'any', deploymentId: '0'.repeat(26) } as const;

/** The same permissions that a deployment reviews before its first write: for objects that are there, and that are not. */
export async function neededRights(
  target: KubernetesTarget,
  { service, environment }: TargetName,
  discovery: Discovery,
  signal: AbortSignal,
): Promise<Needed> {
  const { namespace } = target;
  const { name } = inventoryOf(service, environment, namespace);
  const inventory = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    plural: 'configmaps',
    namespaced: true,
    namespace,
  };
  const always = [{ ...inventory, name }];
  if (target.manifests === undefined)
    return { permissions: permissionsOf(always, EMPTY, target), members: [], unread: 'with the version' };
  const release: Release = {
    ...ANY_VERSION,
    service,
    environment,
    artifact: { type: 'images', images: [] },
  };
  const prepared = await prepareSet({ target, release }, discovery, () => Promise.resolve([]), signal);
  if (prepared.said === 'failed')
    return { permissions: permissionsOf(always, EMPTY, target), members: [], unread: prepared.failure };
  const { members } = prepared.value;
  const places = [...members.map(storedPlace), ...always];
  return { permissions: permissionsOf(places, prepared.value, target), members };
}

const EMPTY: PreparedSet = { members: [], waves: [], hooks: [], warnings: [], choices: [] };

function permissionsOf(
  places: readonly Omit<BaselineObject, 'part' | 'before'>[],
  set: PreparedSet,
  { namespace, configuration }: KubernetesTarget,
): readonly Permission[] {
  const objects = places.flatMap((place): BaselineObject[] => {
    const isSecret = place.kind === 'Secret' && place.apiVersion === 'v1';
    const before = { uid: '', object: {}, managedFields: [], wasReady: false };
    return [
      { ...place, part: 'set' },
      { ...place, part: 'set', before: { ...before, ...(isSecret && { keptIn: 'any' }) } },
    ];
  });
  const baseline: Baseline = { objects, choices: [], waves: 0, hooks: [], keepsSecrets: false };
  const versioned = configuration === 'versioned' ? objects.filter(isConfiguration) : [];
  const lists = versioned.map(({ plural, namespace: within = namespace }) => {
    return { verb: 'list', group: '', resource: plural, namespace: within };
  });
  return [...permissionsFor(baseline, set, namespace), ...lists];
}

/** Of these, names of earlier versions are looked up. */
function isConfiguration({ apiVersion, kind }: BaselineObject): boolean {
  return apiVersion === 'v1' && (kind === 'ConfigMap' || kind === 'Secret');
}
