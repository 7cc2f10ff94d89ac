import { failure } from '../shared/domain/failures.js';
import { done, failed, wait, type Outcome } from '../shared/domain/outcome.js';

/** Interruptions of the window that are forgiven; the provider itself fails on a certain relapse. */
const MOST_FLAPS = 3;

/** Longest pause between two looks, in milliseconds of the provider's time. */
const LOOK_MS = 5_000;

/**
 * The stability window: the new version must be healthy at every look for `windowMs` on end. A look that is not
 * certain starts the window anew. `nowMs` is the provider's time.
 */
export function createStabilityWindow(windowMs: number): (assessed: Outcome, nowMs: number) => Outcome {
  let steadySince: number | undefined;
  let flaps = 0;
  return (assessed, nowMs) => {
    if (assessed.said === 'failed') return assessed;
    if (assessed.said === 'wait') {
      if (steadySince !== undefined) flaps += 1;
      steadySince = undefined;
      if (flaps > MOST_FLAPS)
        return failed(
          failure(
            'health.flapping',
            `Health was lost ${flaps} times within the window; last: ${assessed.because}`,
          ),
        );
      return assessed;
    }
    steadySince ??= nowMs;
    const left = windowMs - (nowMs - steadySince);
    return left <= 0
      ? done
      : wait(Math.min(LOOK_MS, left), `healthy, for another ${Math.ceil(left / 1_000)} s`);
  };
}
