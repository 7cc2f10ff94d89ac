import type { LiveAnswer, LiveOperations, Operated, OperationTurn } from '../../providers/live-operations.js';
import type { OperationWish } from '../../shared/domain/operations.js';

/** One look at an operation; undefined when the platform cannot do it. */
export function perform(
  live: LiveOperations,
  turn: OperationTurn,
  wish: OperationWish,
): Promise<LiveAnswer<Operated>> | undefined {
  switch (wish.kind) {
    case 'restart-pod':
      return live.restartPod?.(turn, wish.pod);
    case 'restart':
      return live.restart?.(turn);
    case 'evict':
      return live.evict?.(turn, wish.pod);
    case 'scale': {
      const { replicas, workload } = wish;
      return live.scale?.(turn, { replicas, ...(workload !== undefined && { workload }) });
    }
    case 'pause':
      return live.pause?.(turn, wish.workload);
    case 'resume':
      return live.resume?.(turn, wish.workload);
  }
}

/** What an operation would do now. */
export function preview(
  live: LiveOperations,
  { service, environment }: { readonly service: string; readonly environment: string },
  wish: OperationWish,
  signal: AbortSignal,
): Promise<LiveAnswer<Operated>> | undefined {
  const turn: OperationTurn = {
    service,
    environment,
    signal,
    operation: 'preview',
    how: 'preview',
    askedAt: 0,
    intent: undefined,
    intend: () => Promise.reject(new Error('A preview writes nothing')),
  };
  return perform(live, turn, wish);
}
