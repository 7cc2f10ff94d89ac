import type { LiveAnswer, Operated, OperationTurn, SeenPod } from '../../live-operations.js';
import type { Cluster } from '../connect/clusters.js';
import { KubeStatusError } from '../transport.js';
import { replaceablePod } from './find-pod.js';
import type { TargetTurn } from './workloads.js';

/** Milliseconds between two tries while a budget allows no disruption. */
const AGAIN_MS = 5_000;

/**
 * Asks the Eviction API to end that very pod, which heeds disruption budgets; a budget that allows none now is waited for.
 * https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/
 */
export async function evict(
  cluster: Cluster,
  turn: OperationTurn & TargetTurn,
  seen: SeenPod,
): Promise<LiveAnswer<Operated>> {
  const found = await replaceablePod(cluster, turn, seen);
  if (found.said === 'gone') return { said: 'done', value: [`Pod ${seen.name} is gone`] };
  const { owner } = found;
  if (turn.how === 'preview') {
    const text = `Pod ${seen.name} would be evicted as soon as its disruption budget allows it, and ${owner} make another one`;
    return { said: 'done', value: [text] };
  }
  await turn.intend('evict');
  try {
    await send(cluster, turn, seen);
  } catch (error) {
    const budget = budgetIn(error);
    if (budget === undefined) throw error;
    return { said: 'wait', forMs: AGAIN_MS, because: budget };
  }
  return { said: 'done', value: [`Pod ${seen.name} was evicted; ${owner} makes another one`] };
}

async function send(
  { transport }: Cluster,
  { namespace, signal }: TargetTurn,
  { name, uid }: SeenPod,
): Promise<void> {
  await transport.send({
    method: 'POST',
    path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/eviction`,
    body: {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name, namespace },
      deleteOptions: { preconditions: { uid } },
    },
    signal,
  });
}

/** What the budget says that forbids it now. A 429 without such a cause is only about too many calls. */
function budgetIn(error: unknown): string | undefined {
  if (!(error instanceof KubeStatusError) || error.status !== 429) return undefined;
  const cause = error.causes.find(({ reason }) => reason === 'DisruptionBudget');
  return cause && `${error.message} ${cause.message ?? ''}`.trim();
}
