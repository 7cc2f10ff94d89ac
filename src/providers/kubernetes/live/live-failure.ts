import type { Failure } from '../../../shared/domain/failures.js';

/** Why a live call cannot be done, on its way to whoever asked. */
export class LiveFailure extends Error {
  override name = 'LiveFailure';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.detail);
    this.failure = failure;
  }
}
