import type {
  LiveAnswer,
  LiveOperations,
  Operated,
  OperationTurn,
  OwnedTurn,
} from '../../live-operations.js';
import type { CredentialSource } from '../../surroundings.js';
import type { Cluster, Clusters } from '../connect/clusters.js';
import { createSecretReferences } from '../connect/secret-references.js';
import { checkConnection } from '../connection/check-connection.js';
import { explain } from '../failures.js';
import type { KubernetesTarget } from '../target.js';
import { execInPod } from './exec.js';
import { createGateway } from '../gateway.js';
import { askJolokia } from './jolokia.js';
import { LiveFailure } from './live-failure.js';
import { setPaused } from './pause.js';
import { deletion } from './pod-deletion.js';
import { eviction } from './pod-eviction.js';
import { removeClone } from './remove-clone.js';
import { restart } from './restart.js';
import { replacePod } from './replace-pod.js';
import { scale } from './scale.js';
import { podViews } from './pod-views.js';
import { tailPods } from './tail.js';
import type { TargetTurn } from './workloads.js';

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

  function operate(
    turn: OperationTurn,
    call: (cluster: Cluster, owned: OperationTurn & TargetTurn) => Promise<LiveAnswer<Operated>>,
  ): Promise<LiveAnswer<Operated>> {
    return explained(async () => {
      const cluster = await open(turn.signal);
      return await call(cluster, { ...turn, namespace }).finally(() => cluster.release());
    });
  }

  return {
    checkConnection: (turn) => checkConnection(target, open, turn),
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
    remove: ({ signal }) =>
      explained(async () => {
        const cluster = await open(signal);
        const gateway = createGateway(cluster.transport);
        return await removeClone(target, gateway, signal).finally(() => cluster.release());
      }),
    restartPod: (turn, pod) => operate(turn, (cluster, owned) => replacePod(cluster, owned, pod, deletion)),
    restart: (turn) => operate(turn, restart),
    evict: (turn, pod) => operate(turn, (cluster, owned) => replacePod(cluster, owned, pod, eviction)),
    scale: (turn, wish) => operate(turn, (cluster, owned) => scale(cluster, owned, wish)),
    pause: (turn, workload) =>
      operate(turn, (cluster, owned) => setPaused(cluster, owned, 'pause', workload)),
    resume: (turn, workload) =>
      operate(turn, (cluster, owned) => setPaused(cluster, owned, 'resume', workload)),
  };
}

/** Gives the cluster back when whoever reads has had enough. */
async function* released<T>(cluster: Cluster, values: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* values;
  } finally {
    cluster.release();
  }
}

function answered<T>(look: () => Promise<T>): Promise<LiveAnswer<T>> {
  return explained(async () => ({ said: 'done', value: await look() }));
}

async function explained<T>(look: () => Promise<LiveAnswer<T>>): Promise<LiveAnswer<T>> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof LiveFailure) return { said: 'failed', failure: error.failure };
    const outcome = explain(error);
    if (outcome.said === 'done') throw error;
    return outcome;
  }
}
