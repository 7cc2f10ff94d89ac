import type { PodsView } from '../../../shared/contract/live-pods.js';
import type { CredentialSource, LiveAnswer, LiveOperations, OwnedTurn } from '../../contract.js';
import type { Cluster, Clusters } from '../connect/clusters.js';
import { createSecretReferences } from '../connect/secret-references.js';
import { explain } from '../failures.js';
import type { KubernetesTarget } from '../target.js';
import { execInPod } from './exec.js';
import { followPods } from './follow-pods.js';
import { askJolokia } from './jolokia.js';
import { LiveFailure } from './live-failure.js';
import { restart, restartPod } from './restart.js';
import { scale } from './scale.js';
import { presentPod } from './present-pod.js';
import { tailPods } from './tail.js';

/** What people may look at and do in the namespace of a target, beside deployments. */
export function createLive(
  target: KubernetesTarget,
  clusters: Clusters,
  credentials: CredentialSource | undefined,
): LiveOperations {
  const { namespace } = target;
  const read = credentials && createSecretReferences(credentials);
  const open = (signal: AbortSignal) => clusters.open(target.cluster, signal, read);

  /** One call with an end, on the connection that all of this process share. */
  function within<T>(
    turn: OwnedTurn,
    call: (cluster: Cluster, owned: OwnedTurn & { readonly namespace: string }) => Promise<T>,
  ): Promise<LiveAnswer<T>> {
    return answered(async () => {
      const cluster = await open(turn.signal);
      return await call(cluster, { ...turn, namespace }).finally(() => cluster.release());
    });
  }

  return {
    pods: (turn) =>
      answered(async () => {
        const cluster = await open(turn.signal);
        return released(cluster, podViews(cluster, { ...turn, namespace }));
      }),
    tail: (turn, wish) =>
      answered(async () => {
        const cluster = await open(turn.signal);
        return released(cluster, tailPods(cluster, { ...turn, namespace }, wish));
      }),
    // Its watches are needed no longer once the pod is proven; the socket is the shell's own.
    exec: (turn, wish) => within(turn, (cluster, owned) => execInPod(cluster, owned, wish)),
    jolokia: (turn, pod, requests) =>
      within(turn, (cluster, owned) => askJolokia(cluster, owned, pod, requests)),
    restartPod: (turn, pod, dryRun) =>
      within(turn, (cluster, owned) => restartPod(cluster, owned, pod, dryRun)),
    restart: (turn, dryRun) => within(turn, (cluster, owned) => restart(cluster, owned, dryRun)),
    scale: (turn, wish, dryRun) => within(turn, (cluster, owned) => scale(cluster, owned, wish, dryRun)),
  };
}

/** What runs, once for each time that it looks different. */
async function* podViews(
  { hub }: Cluster,
  { signal, ...wanted }: OwnedTurn & { readonly namespace: string },
): AsyncGenerator<PodsView> {
  let shown = '';
  for await (const { pods, trouble } of followPods(hub, wanted, signal)) {
    const view = {
      pods: pods.map(({ pod, owner }) => presentPod(pod, owner)),
      ...(trouble !== undefined && { trouble }),
    };
    const text = JSON.stringify(view);
    if (text === shown) continue;
    shown = text;
    yield view;
  }
}

/** Gives the cluster back when whoever reads has had enough. */
async function* released<T>(cluster: Cluster, values: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* values;
  } finally {
    cluster.release();
  }
}

async function answered<T>(look: () => Promise<T>): Promise<LiveAnswer<T>> {
  try {
    return { said: 'done', value: await look() };
  } catch (error) {
    if (error instanceof LiveFailure) return { said: 'failed', failure: error.failure };
    const outcome = explain(error);
    if (outcome.said === 'done') throw error;
    return outcome;
  }
}
