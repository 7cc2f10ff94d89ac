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
    exec: (turn, wish) =>
      answered(async () => {
        const cluster = await open(turn.signal);
        // Its watches are needed no longer once the pod is proven; the socket is the shell's own.
        return await execInPod(cluster, { ...turn, namespace }, wish).finally(() => cluster.release());
      }),
    jolokia: (turn, pod, requests) =>
      answered(async () => {
        const cluster = await open(turn.signal);
        const answer = askJolokia(cluster, { ...turn, namespace }, pod, requests);
        return await answer.finally(() => cluster.release());
      }),
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
