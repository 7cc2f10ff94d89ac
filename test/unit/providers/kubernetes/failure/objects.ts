import type { KubeObject } from '../../../../../src/providers/kubernetes/object.js';

/** How one run of a container ended, in short. */
interface EndNote {
  readonly exitCode: number;
  readonly reason: string;
  readonly message?: string;
  readonly ranMs?: number;
}

/** A container's status, in short: one of waiting, running, terminated. */
interface ContainerNote {
  readonly waiting?: string;
  readonly message?: string;
  readonly running?: boolean;
  readonly terminated?: EndNote;
  readonly ready?: boolean;
  readonly restarts?: number;
  readonly last?: EndNote;
}

/** A pod of one container, and perhaps one init container, in short. */
export interface PodNote extends ContainerNote {
  readonly name: string;
  readonly image?: string;
  readonly init?: ContainerNote;
  readonly probe?: Readonly<Record<string, unknown>>;
  readonly unschedulable?: string;
  readonly phase?: string;
  readonly reason?: string;
  readonly deleting?: boolean;
  readonly createdAt?: string;
  readonly owner?: string;
  readonly restartPolicy?: string;
}

/** An event about a pod, in short. */
export interface EventNote {
  readonly about: string;
  readonly container?: string;
  readonly reason: string;
  readonly message: string;
  readonly count?: number;
}

const START = Date.parse('2026-01-01T10:00:00Z');

/** A pod as the API server sends it; its uid is `pod-<name>`. */
export function podObject(note: PodNote): KubeObject {
  const { name, init, probe, unschedulable, deleting } = note;
  const image = note.image ?? 'shop/api:2';
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'shop',
      uid: `pod-${name}`,
      resourceVersion: '10',
      creationTimestamp: note.createdAt ?? '2026-01-01T10:00:00Z',
      ...(deleting === true && { deletionTimestamp: '2026-01-01T10:05:00Z' }),
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: 'api',
          uid: note.owner ?? 'rs-2',
          controller: true,
        },
      ],
    },
    spec: {
      ...(note.restartPolicy !== undefined && { restartPolicy: note.restartPolicy }),
      ...(init && { initContainers: [{ name: 'prepare', image }] }),
      containers: [{ name: 'main', image, ...(probe && { readinessProbe: probe }) }],
    },
    status: {
      phase: note.phase ?? phaseOf(note),
      ...(note.reason !== undefined && { reason: note.reason }),
      conditions: [
        { type: 'Ready', status: note.ready === true ? 'True' : 'False' },
        ...(unschedulable === undefined
          ? []
          : [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: unschedulable }]),
      ],
      ...(init && { initContainerStatuses: [statusOf('prepare', init)] }),
      ...(unschedulable === undefined && { containerStatuses: [statusOf('main', note)] }),
    },
  };
}

/** An event as the API server sends it. */
export function eventObject(note: EventNote): KubeObject {
  const { about, container, reason, message, count = 1 } = note;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${about}.${reason}`, namespace: 'shop', uid: `event-${about}-${message}` },
    type: reason === 'TriggeredScaleUp' ? 'Normal' : 'Warning',
    reason,
    message,
    count,
    lastTimestamp: '2026-01-01T10:00:10Z',
    involvedObject: {
      kind: 'Pod',
      name: about,
      uid: `pod-${about}`,
      ...(container !== undefined && { fieldPath: `spec.containers{${container}}` }),
    },
  };
}

/** The ReplicaSet that owns the pods, with the words of a refusal. */
export function replicaSetObject(refused?: string): KubeObject {
  const condition = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: refused };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'api-7d9', namespace: 'shop', uid: 'rs-2' },
    spec: { replicas: 1 },
    status: { replicas: 0, ...(refused !== undefined && { conditions: [condition] }) },
  };
}

function phaseOf({ running, terminated, last, unschedulable }: PodNote): string {
  if (unschedulable !== undefined) return 'Pending';
  return running === true || terminated || last ? 'Running' : 'Pending';
}

function statusOf(name: string, note: ContainerNote): unknown {
  const { waiting, message, running, terminated, ready = false, restarts = 0, last } = note;
  return {
    name,
    ready,
    started: running === true,
    restartCount: restarts,
    state: {
      ...(waiting !== undefined && { waiting: { reason: waiting, message } }),
      ...(running === true && { running: { startedAt: '2026-01-01T10:00:00Z' } }),
      ...(terminated && { terminated: endOf(terminated) }),
    },
    lastState: last ? { terminated: endOf(last) } : {},
  };
}

function endOf({ ranMs = 1_000, ...end }: EndNote): unknown {
  const startedAt = new Date(START).toISOString();
  return { ...end, startedAt, finishedAt: new Date(START + ranMs).toISOString() };
}
