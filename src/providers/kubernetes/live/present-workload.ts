import type { LiveWorkload } from '../../../shared/contract/live-pods.js';
import { ENVIRONMENT, SERVICE } from '../manifests/annotations.js';
import type { KubeObject } from '../object.js';
import type { WatchedView } from '../watch/cluster-view.js';
import { countAt, numberAt, textAt, valueAt } from '../watch/fields.js';
import { namespacedPath } from '../watch/object-path.js';

interface Wanted {
  readonly namespace: string;
  readonly service: string;
  readonly environment: string;
}

/** Workloads that make pods for good, and the collections that they are in. */
const KINDS = { Deployment: 'deployments', StatefulSet: 'statefulsets', DaemonSet: 'daemonsets' } as const;

/** Where the autoscalers of a namespace are. */
export function autoscalersPath(namespace: string): string {
  return namespacedPath('autoscaling/v2', namespace, 'horizontalpodautoscalers');
}

/** The workloads that carry the stamp of the target. */
export function stampedWorkloads(
  view: WatchedView,
  { namespace, service, environment }: Wanted,
): readonly { readonly kind: string; readonly object: KubeObject }[] {
  return Object.entries(KINDS).flatMap(([kind, plural]) =>
    view
      .objects(namespacedPath('apps/v1', namespace, plural))
      .filter(
        ({ metadata: { labels } }) => labels?.[SERVICE] === service && labels[ENVIRONMENT] === environment,
      )
      .map((object) => ({ kind, object })),
  );
}

/** The workloads of a target for people, by name. */
export function presentWorkloads(view: WatchedView, wanted: Wanted): LiveWorkload[] {
  const scalers = view.objects(autoscalersPath(wanted.namespace));
  return stampedWorkloads(view, wanted)
    .map(({ kind, object }) => presentWorkload(kind, object, scalers))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

function presentWorkload(kind: string, object: KubeObject, scalers: readonly KubeObject[]): LiveWorkload {
  const name = object.metadata.name ?? '';
  const scaler = scalers.find(
    (one) =>
      textAt(one, 'spec', 'scaleTargetRef', 'kind') === kind &&
      textAt(one, 'spec', 'scaleTargetRef', 'name') === name,
  );
  return {
    kind,
    name,
    uid: object.metadata.uid ?? '',
    ...(kind === 'DaemonSet' ? onEachNode(object) : replicated(object)),
    paused: valueAt(object, 'spec', 'paused') === true,
    ...(scaler && { autoscaler: presentScaler(scaler) }),
  };
}

type Counts = Pick<LiveWorkload, 'desired' | 'ready' | 'updated' | 'available'>;

function replicated(object: KubeObject): Counts {
  return {
    desired: numberAt(object, 'spec', 'replicas') ?? 1,
    ready: countAt(object, 'status', 'readyReplicas'),
    updated: countAt(object, 'status', 'updatedReplicas'),
    available: countAt(object, 'status', 'availableReplicas'),
  };
}

function onEachNode(object: KubeObject): Counts {
  return {
    desired: countAt(object, 'status', 'desiredNumberScheduled'),
    ready: countAt(object, 'status', 'numberReady'),
    updated: countAt(object, 'status', 'updatedNumberScheduled'),
    available: countAt(object, 'status', 'numberAvailable'),
  };
}

function presentScaler(scaler: KubeObject): NonNullable<LiveWorkload['autoscaler']> {
  return {
    name: scaler.metadata.name ?? '',
    min: numberAt(scaler, 'spec', 'minReplicas') ?? 1,
    max: countAt(scaler, 'spec', 'maxReplicas'),
    current: countAt(scaler, 'status', 'currentReplicas'),
    desired: countAt(scaler, 'status', 'desiredReplicas'),
  };
}
