import type { BaselineObject } from '../baseline.js';
import {
  annotationOf,
  DEPLOYMENT,
  DOMAIN,
  ENVIRONMENT,
  firstAnnotation,
  SERVICE,
  VERSION_OF,
} from '../manifests/annotations.js';
import type { KubeObject } from '../object.js';
import type { InventoryEntry } from './inventory.js';

/** Kinds whose end takes data or other people's objects along. */
const NEVER = new Set(['Namespace', 'PersistentVolume', 'PersistentVolumeClaim', 'CustomResourceDefinition']);

/** Words of Beanpod, Argo CD, helm and cli-utils for "do not delete this". */
const KEEPERS: readonly (readonly [name: string, value: RegExp])[] = [
  [`${DOMAIN}/prune`, /^disabled$/],
  ['argocd.argoproj.io/sync-options', /(^|,)\s*(Prune|Delete)=false/],
  ['helm.sh/resource-policy', /^keep$/],
  ['cli-utils.sigs.k8s.io/on-remove', /^keep$/],
];

/**
 * Whether an object that left the set may be deleted: it is the very one that this target deployed, it still says so,
 * and nothing asks to keep it. Versions of configuration stay, as old pods may read them.
 */
export function isPrunable(
  entry: InventoryEntry,
  live: KubeObject,
  owner: { readonly service: string; readonly environment: string },
): boolean {
  const { labels = {} } = live.metadata;
  return (
    !NEVER.has(entry.kind) &&
    isTheOne(entry, live) &&
    labels[SERVICE] === owner.service &&
    labels[ENVIRONMENT] === owner.environment &&
    annotationOf(live, VERSION_OF) === undefined &&
    KEEPERS.every(([name, value]) => !value.test(firstAnnotation(live, [name]) ?? ''))
  );
}

/** A deployment that failed and was not rolled back has left objects whose uid nobody recorded, with its own mark on them. */
function isTheOne({ uid, by }: InventoryEntry, live: KubeObject): boolean {
  if (uid !== undefined) return uid === live.metadata.uid;
  return by !== undefined && by === annotationOf(live, DEPLOYMENT);
}

/** Kinds that are not deleted either when a deployment that made them is undone. */
export function survivesRollback({ kind }: Pick<BaselineObject, 'kind'>): boolean {
  return NEVER.has(kind) && kind !== 'CustomResourceDefinition';
}
