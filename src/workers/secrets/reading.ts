import { failure, type FailureCode } from '../../shared/domain/failures.js';
import type { Outcome } from '../../shared/domain/outcome.js';

/** Answer of every place that secrets come from: a value, the wish to be asked again, or a reason that only people can remove. */
export type Reading<T> = { readonly said: 'found'; readonly value: T } | Exclude<Outcome, { said: 'done' }>;

export function found<T>(value: T): Reading<T> {
  return { said: 'found', value };
}

/** It may come right by itself; `because` is shown to people. */
export function later(because: string, forMs = 5_000): Reading<never> {
  return { said: 'wait', forMs, because };
}

export function never(code: FailureCode, detail: string): Reading<never> {
  return { said: 'failed', failure: failure(code, detail) };
}
