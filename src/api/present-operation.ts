import type { OperationView } from '../shared/contract/live-operation.js';
import type { Failure } from '../shared/domain/failures.js';
import type { Operation } from '../shared/domain/operations.js';

/** An operation as callers see it. */
export function presentOperation(operation: Operation): OperationView {
  const { id, service, environment, kind, state, asker, reason, subject, because, done, failure } = operation;
  return {
    id,
    service,
    environment,
    kind,
    state,
    person: asker.name,
    reason,
    ...(subject !== undefined && { subject }),
    queuedAt: time(operation.queuedAt),
    expiresAt: time(operation.expiresAt),
    ...(operation.startedAt !== undefined && { startedAt: time(operation.startedAt) }),
    ...(operation.endedAt !== undefined && { endedAt: time(operation.endedAt) }),
    ...(because !== undefined && { because: because.slice(0, 2_000) }),
    ...(done && { done: [...done] }),
    ...(failure && { failure: presentFailure(failure) }),
    links: { self: operationPath(operation) },
  };
}

/** Where an operation can be read. */
export function operationPath({
  service,
  environment,
  id,
}: Pick<Operation, 'service' | 'environment' | 'id'>) {
  return `/v1/targets/${service}/${environment}/live/operations/${id}`;
}

function presentFailure({ code, title, blame, detail, hint }: Failure) {
  return { code, title, blame, detail, hint };
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}
