import type { ObserveCall } from '../providers/surroundings.js';
import type { WorkerMetrics } from '../shared/metrics/worker-metrics.js';
import { inSpan, isInSpan } from '../shared/tracing/spans.js';

/** Times every try of a call to a foreign API. A try that our own signal cut off is no failure of the other side, and not counted. */
export function createCallObserver({ called }: Pick<WorkerMetrics, 'called'>): ObserveCall {
  return async ({ system, operation, isThrottled }, send) => {
    const startedAt = performance.now();
    const tell = (outcome: 'ok' | 'throttled' | 'failed') =>
      called({ system, operation, outcome, seconds: (performance.now() - startedAt) / 1_000 });
    try {
      const answer = await (isInSpan() ? inSpan(`${system} ${operation}`, { kind: 'client' }, send) : send());
      tell('ok');
      return answer;
    } catch (error) {
      if (!isCut(error)) tell(isThrottled(error) ? 'throttled' : 'failed');
      throw error;
    }
  };
}

function isCut(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
