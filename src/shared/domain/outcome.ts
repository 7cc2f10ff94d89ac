import type { Failure } from './failures.js';

/**
 * What a step, a check or an assessment answers. `done`: nothing is left to do; `wait`: look again after
 * `forMs` milliseconds; `failed`: it will not come right by waiting.
 */
export type Outcome =
  | { readonly said: 'done' }
  | { readonly said: 'wait'; readonly forMs: number; readonly because: string }
  | { readonly said: 'failed'; readonly failure: Failure };

export const done: Outcome = { said: 'done' };

export function wait(forMs: number, because: string): Outcome {
  return { said: 'wait', forMs, because };
}

export function failed(failure: Failure): Outcome {
  return { said: 'failed', failure };
}
