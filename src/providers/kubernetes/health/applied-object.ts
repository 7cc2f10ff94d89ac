import type { KubeObject, ObjectRef } from '../object.js';
import { groupOf, namespacedPath } from '../watch/object-path.js';
import type { Source } from '../watch/source.js';
import type { HealthRule } from './custom-rule.js';
import type { Written } from './health.js';
import { isStateless } from './judge.js';

/** One object of a deployed set, as our own write left it. */
export interface AppliedObject {
  readonly ref: ObjectRef;
  /** The path of its collection, from discovery, such as `/apis/apps/v1/namespaces/shop/deployments`. */
  readonly collection: string;
  readonly written: Written;
  readonly jobMust?: 'complete' | 'start';
  readonly rule?: HealthRule;
  /** Its kind has a status for a controller to write. */
  readonly hasStatus?: boolean;
}

export const NODES = '/api/v1/nodes';
export const STORAGE_CLASSES = '/apis/storage.k8s.io/v1/storageclasses';

/** The path of a collection that belongs to an object: of its own namespace. */
export function besidePath(ref: ObjectRef, apiVersion: string, plural: string): string {
  return namespacedPath(apiVersion, ref.namespace ?? '', plural);
}

/** What must be watched to judge a set. Kinds that are healthy once applied are not watched at all. */
export function sourcesOf(objects: readonly AppliedObject[]): readonly Source[] {
  const sources = new Map<string, Source>();
  for (const { ref, collection } of objects) {
    if (isStateless(ref.apiVersion, ref.kind)) continue;
    for (const source of [{ path: collection, keeps: 'objects' } as const, ...besides(ref)]) {
      const key = `${source.path} ${source.select ?? ''}`;
      // What one object only profits from another one may need.
      if (sources.get(key)?.optional !== false) sources.set(key, { optional: false, ...source });
    }
  }
  return [...sources.values()];
}

function besides(ref: ObjectRef): readonly Source[] {
  const events = besidePath(ref, 'v1', 'events');
  const talk: readonly Source[] = [
    { path: events, select: 'type=Warning', keeps: 'events', optional: true },
    { path: events, select: 'reason=TriggeredScaleUp', keeps: 'events', optional: true },
  ];
  const pods: readonly Source[] = [{ path: besidePath(ref, 'v1', 'pods'), keeps: 'pods' }, ...talk];
  const objects = (path: string, optional = false): Source => ({ path, keeps: 'objects', optional });
  switch (`${groupOf(ref.apiVersion)}/${ref.kind}`) {
    case 'apps/Deployment':
      return [...pods, objects(besidePath(ref, 'apps/v1', 'replicasets'))];
    case 'apps/DaemonSet':
      return [...pods, objects(besidePath(ref, 'apps/v1', 'controllerrevisions')), objects(NODES, true)];
    case 'apps/StatefulSet':
    case 'apps/ReplicaSet':
    case 'batch/Job':
    case '/Pod':
      return pods;
    case '/Service':
      return [objects(besidePath(ref, 'discovery.k8s.io/v1', 'endpointslices'))];
    case 'networking.k8s.io/Ingress':
      return [objects(besidePath(ref, 'v1', 'services'))];
    case '/PersistentVolumeClaim':
      return [...talk, objects(STORAGE_CLASSES, true)];
    default:
      return [];
  }
}

/** The labels of the pods that a workload wants to run; undefined for anything else and for one scaled to zero. */
export function podLabelsOf(object: KubeObject): Readonly<Record<string, string>> | undefined {
  const { spec, kind, metadata } = object as KubeObject & {
    spec?: { replicas?: number; template?: { metadata?: { labels?: Record<string, string> } } };
  };
  if (kind === 'Pod') return metadata.labels ?? {};
  if (!['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'].includes(kind)) return undefined;
  return spec?.replicas === 0 ? undefined : (spec?.template?.metadata?.labels ?? {});
}
