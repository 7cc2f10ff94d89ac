import type { Failure } from '../../shared/domain/failures.js';

/** Something found, or why a deployment cannot go on. */
export type Found<T> =
  { readonly said: 'found'; readonly value: T } | { readonly said: 'failed'; readonly failure: Failure };

export function found<T>(value: T): Found<T> {
  return { said: 'found', value };
}
