import { failure } from '../../../shared/domain/failures.js';
import type { LiveAnswer, Operated, OperationTurn, SeenPod } from '../../live-operations.js';
import type { Cluster } from '../connect/clusters.js';
import { findPod } from './find-pod.js';
import { LiveFailure } from './live-failure.js';
import type { TargetTurn } from './workloads.js';

/** One way to have a pod end, so that its workload makes another one. */
export interface PodEnd {
  readonly intent: string;
  /** `would be deleted` and `was deleted`, for people. */
  readonly would: string;
  readonly was: string;
  /** Has that very pod end, and no other one of its name. Answers what has to be waited for first. */
  end(cluster: Cluster, turn: TargetTurn, seen: SeenPod): Promise<Waiting | undefined>;
}

type Waiting = Extract<LiveAnswer<Operated>, { readonly said: 'wait' }>;

/** Has that very pod end. Throws a LiveFailure for a pod that nothing would replace, and for one that was replaced before. */
export async function replacePod(
  cluster: Cluster,
  turn: OperationTurn & TargetTurn,
  seen: SeenPod,
  { intent, would, was, end }: PodEnd,
): Promise<LiveAnswer<Operated>> {
  const { name } = seen;
  const owner = await ownerOf(cluster, turn, seen);
  if (owner === undefined) return { said: 'done', value: [`Pod ${name} is gone`] };
  if (turn.how === 'preview')
    return { said: 'done', value: [`Pod ${name} ${would}, and ${owner} make another one`] };
  await turn.intend(intent);
  const waiting = await end(cluster, turn, seen);
  return waiting ?? { said: 'done', value: [`Pod ${name} ${was}; ${owner} makes another one`] };
}

/** The workload that will make it anew, in words; undefined when an earlier look of the operation may have ended the pod. */
async function ownerOf(
  cluster: Cluster,
  turn: OperationTurn & TargetTurn,
  seen: SeenPod,
): Promise<string | undefined> {
  try {
    const { owner } = await findPod(cluster, turn, seen);
    if (owner) return `${owner.kind} ${owner.name}`;
  } catch (error) {
    const isGone = error instanceof LiveFailure && error.failure.code === 'k8s.pod-replaced';
    if (isGone && turn.intent !== undefined) return undefined;
    throw error;
  }
  throw new LiveFailure(failure('k8s.pod-alone', `Pod ${seen.name} belongs to no workload`));
}
