import type { LivePod } from '../../../shared/contract/live-pods.js';
import type { ContainerView } from '../watch/container-view.js';
import type { Owner, PodView } from '../watch/pod-view.js';
import { podStatus } from '../watch/pod-status.js';

/** Labels by which a pod says where its Jolokia agent listens; the second one is Apollo's. */
const JOLOKIA_LABELS = ['beanpod.io/jolokia-port', 'apollo_jolokia_port'];

/** A pod for people; `owner` is the workload at the top. */
export function presentPod(pod: PodView, owner: Owner | undefined): LivePod {
  const jolokia = jolokiaPort(pod);
  return {
    name: pod.name,
    uid: pod.uid,
    phase: pod.phase,
    status: podStatus(pod),
    ready: pod.ready,
    ...(!pod.ready && pod.unready.length > 0 && { unready: [...pod.unready] }),
    restarts: pod.containers.reduce((sum, { restarts }) => sum + restarts, 0),
    createdAt: pod.createdAt,
    ...(pod.node !== undefined && { node: pod.node }),
    ...(owner && { owner: { kind: owner.kind, name: owner.name } }),
    ...(jolokia !== undefined && { jolokia }),
    containers: pod.containers.map(presentContainer),
  };
}

/** The port that a pod declares for its Jolokia agent. */
export function jolokiaPort({ labels }: Pick<PodView, 'labels'>): number | undefined {
  const said = JOLOKIA_LABELS.map((name) => labels[name]).find((value) => value !== undefined);
  const port = said !== undefined && /^[0-9]{1,5}$/.test(said) ? Number(said) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
}

function presentContainer(container: ContainerView): LivePod['containers'][number] {
  const { name, role, image, imageId, ready, restarts, state, last } = container;
  const reason = state.is === 'running' || state.reason === '' ? undefined : state.reason;
  return {
    name,
    role,
    image,
    ...(imageId !== undefined && { imageId }),
    ready,
    restarts,
    state: state.is,
    ...(reason !== undefined && { reason }),
    ...(last && {
      lastExit: {
        reason: last.reason,
        exitCode: last.exitCode,
        ...(last.endedAt !== undefined && { at: last.endedAt }),
      },
    }),
  };
}
