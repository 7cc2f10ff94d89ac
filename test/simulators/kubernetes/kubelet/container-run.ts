import { createHash } from 'node:crypto';
import type { Container, ContainerState, ContainerStatus, Pod } from '../workloads.js';
import { behaviourOf, type Behaviour } from './behaviours.js';

/** What the kubelet knows of one container of a pod. */
export interface ContainerRun {
  spec: Container;
  /** Init containers run one after the other before the others; sidecars are init containers that keep running. */
  role: 'init' | 'sidecar' | 'main';
  behaviour: Behaviour;
  state: ContainerState;
  lastState: ContainerState;
  ready: boolean;
  started: boolean;
  restarts: number;
  pulls: number;
  pulled: boolean;
  containerID: string | undefined;
}

/** The containers of a pod before anything ran, init containers first. */
export function containerRuns(pod: Pod): ContainerRun[] {
  const init = pod.spec.initContainers ?? [];
  const reason = init.length > 0 ? 'PodInitializing' : 'ContainerCreating';
  return [
    ...init.map((spec) =>
      newRun(pod, spec, spec.restartPolicy === 'Always' ? 'sidecar' : 'init', 'PodInitializing'),
    ),
    ...pod.spec.containers.map((spec) => newRun(pod, spec, 'main', reason)),
  ];
}

/** A container as pod.status shows it. */
export function statusOf(run: ContainerRun): ContainerStatus {
  return {
    name: run.spec.name,
    image: run.spec.image,
    imageID: run.pulled ? imageId(run.spec.image) : '',
    ...(run.containerID === undefined ? {} : { containerID: run.containerID }),
    ready: run.ready,
    started: run.started,
    restartCount: run.restarts,
    state: run.state,
    lastState: run.lastState,
  };
}

/** The id under which a node holds an image; the digest is made from the reference, so equal references are equal. */
export function imageId(image: string): string {
  if (image.includes('@sha256:')) return image;
  const repository = image.slice(0, image.length - tagLength(image));
  return `${repository}@sha256:${createHash('sha256').update(image).digest('hex')}`;
}

/** An image reference with the defaults of container runtimes: Docker Hub, `library/`, `latest`. */
export function fullReference(image: string): string {
  const [first = '', ...rest] = image.split('/');
  const isHost = rest.length > 0 && /[.:]|^localhost$/.test(first);
  let path = isHost ? image : `docker.io/${rest.length === 0 ? 'library/' : ''}${image}`;
  if (tagLength(path) === 0 && !path.includes('@')) path += ':latest';
  return path;
}

function tagLength(image: string): number {
  const colon = image.lastIndexOf(':');
  return colon > image.lastIndexOf('/') ? image.length - colon : 0;
}

function newRun(pod: Pod, spec: Container, role: ContainerRun['role'], reason: string): ContainerRun {
  return {
    spec,
    role,
    behaviour: behaviourOf(pod, spec),
    state: { waiting: { reason } },
    lastState: {},
    ready: false,
    started: false,
    restarts: 0,
    pulls: 0,
    pulled: false,
    containerID: undefined,
  };
}
