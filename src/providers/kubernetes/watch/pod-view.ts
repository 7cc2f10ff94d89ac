import type { KubeObject } from '../object.js';
import { containersOf, type ContainerView } from './container-view.js';
import { fieldsAt, listAt, textAt } from './fields.js';

/** The object that made another one. */
export interface Owner {
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

/** What is kept of a pod: enough to judge and to show it, a small part of what the API server sends. */
export interface PodView {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly version: string;
  /** By the clock of the API server, in whole seconds, RFC 3339. */
  readonly createdAt: string;
  readonly deleting: boolean;
  readonly owner: Owner | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly node: string | undefined;
  readonly phase: string;
  /** Why the pod as a whole ended, such as `Evicted`. */
  readonly reason: string | undefined;
  readonly message: string | undefined;
  readonly ready: boolean;
  /** Conditions that keep it from taking requests, each with its reason and message. */
  readonly unready: readonly string[];
  /** What the scheduler says while no node fits. */
  readonly unschedulable: string | undefined;
  readonly restartPolicy: string;
  /** In the order in which they start: init containers first. */
  readonly containers: readonly ContainerView[];
}

/** Reads a pod. Fields that nobody asks for are dropped, so that thousands of pods cost megabytes. */
export function podView(pod: KubeObject): PodView {
  const { metadata } = pod;
  const scheduled = conditionOf(pod, 'PodScheduled');
  return {
    name: metadata.name ?? '',
    namespace: metadata.namespace ?? '',
    uid: metadata.uid ?? '',
    version: metadata.resourceVersion ?? '',
    createdAt: metadata.creationTimestamp ?? '',
    deleting: metadata.deletionTimestamp !== undefined,
    owner: ownerOf(pod),
    labels: metadata.labels ?? {},
    node: textAt(pod, 'spec', 'nodeName'),
    phase: textAt(pod, 'status', 'phase') ?? 'Unknown',
    reason: textAt(pod, 'status', 'reason'),
    message: textAt(pod, 'status', 'message'),
    ready: textAt(conditionOf(pod, 'Ready'), 'status') === 'True',
    unready: unreadyOf(pod),
    unschedulable:
      textAt(scheduled, 'reason') === 'Unschedulable' ? (textAt(scheduled, 'message') ?? '') : undefined,
    restartPolicy: textAt(pod, 'spec', 'restartPolicy') ?? 'Always',
    containers: containersOf(fieldsAt(pod, 'spec'), fieldsAt(pod, 'status')),
  };
}

/** The object that controls another one; undefined when nothing does. */
export function ownerOf(object: KubeObject): Owner | undefined {
  const owner = object.metadata.ownerReferences?.find((one) => one.controller === true);
  return owner && { kind: owner.kind, name: owner.name, uid: owner.uid };
}

/** Conditions that are not met and say why; several often say the same. */
function unreadyOf(pod: KubeObject): readonly string[] {
  const sentences = listAt(pod, 'status', 'conditions')
    .filter((one) => textAt(one, 'status') !== 'True' && textAt(one, 'reason') !== undefined)
    // It is true of a pod that leaves, and asks for nothing of others.
    .filter((one) => textAt(one, 'type') !== 'DisruptionTarget')
    .map((one) => [textAt(one, 'reason'), textAt(one, 'message')].filter(Boolean).join(': ').slice(0, 500));
  return [...new Set(sentences)];
}

function conditionOf(pod: KubeObject, type: string): unknown {
  return listAt(pod, 'status', 'conditions').find((one) => textAt(one, 'type') === type);
}
