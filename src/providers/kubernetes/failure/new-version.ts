import type { KubeObject } from '../object.js';
import { countAt, numberAt } from '../watch/fields.js';
import type { ClusterView } from '../watch/cluster-view.js';
import { namespacedPath } from '../watch/object-path.js';
import type { PodView } from '../watch/pod-view.js';
import {
  isMadeSince,
  isOfNewestRevision,
  isOfUpdateRevision,
  newReplicaSet,
} from '../health/new-revision.js';
import type { NewVersion } from './classify.js';
import type { Maker } from './refusal-signal.js';

/** The pods of the new template of one workload. */
export interface Rollout extends NewVersion {
  /** All of the new template, also those that ran before our write. */
  readonly running: readonly PodView[];
}

/** The default of progressDeadlineSeconds (API reference of DeploymentSpec). */
const DEADLINE_S = 600;

/**
 * What a workload has made of its present template; undefined for kinds without pods of their own. Ask only when
 * its controller has seen our write. Pods of the old template and pods on their way out never count.
 */
export function rolloutOf(
  object: KubeObject,
  writtenAt: string | undefined,
  view: ClusterView,
): Rollout | undefined {
  const made = makerOf(object, view);
  if (!made) return undefined;
  const namespace = object.metadata.namespace ?? '';
  const running = made.pods.filter((pod) => !pod.deleting);
  const events = (uid: string) => view.events(namespace, uid);
  const maker = made.maker && {
    object: made.maker,
    events: events(made.maker.metadata.uid ?? ''),
    missing: missingPods(made.maker),
  };
  return {
    running,
    pods: running.filter(isMadeSince(writtenAt)),
    makers: maker ? [maker satisfies Maker] : [],
    progressDeadlineMs: (numberAt(object, 'spec', 'progressDeadlineSeconds') ?? DEADLINE_S) * 1_000,
    events,
  };
}

interface Made {
  /** What creates the pods, when anything does. */
  readonly maker?: KubeObject;
  readonly pods: readonly PodView[];
}

function makerOf(object: KubeObject, view: ClusterView): Made | undefined {
  const { uid = '', namespace = '', name = '' } = object.metadata;
  const owned = (plural: string) => view.owned(namespacedPath('apps/v1', namespace, plural), uid);
  switch (object.kind) {
    case 'Deployment': {
      const set = newReplicaSet(object, owned('replicasets'));
      return set ? { maker: set, pods: view.pods(namespace, set.metadata.uid ?? '') } : { pods: [] };
    }
    case 'StatefulSet':
      return { maker: object, pods: view.pods(namespace, uid).filter(isOfUpdateRevision(object)) };
    case 'DaemonSet': {
      const isNew = isOfNewestRevision(owned('controllerrevisions'));
      return { maker: object, pods: view.pods(namespace, uid).filter(isNew) };
    }
    case 'ReplicaSet':
    case 'Job':
      return { maker: object, pods: view.pods(namespace, uid) };
    case 'Pod': {
      const pod = view.pod(namespace, name);
      return { pods: pod?.uid === uid ? [pod] : [] };
    }
    default:
      return undefined;
  }
}

function missingPods(maker: KubeObject): number {
  switch (maker.kind) {
    case 'DaemonSet':
      return (
        countAt(maker, 'status', 'desiredNumberScheduled') -
        countAt(maker, 'status', 'currentNumberScheduled')
      );
    case 'Job':
      return countAt(maker, 'status', 'active') + countAt(maker, 'status', 'succeeded') > 0 ? 0 : 1;
    default:
      return (numberAt(maker, 'spec', 'replicas') ?? 1) - countAt(maker, 'status', 'replicas');
  }
}
