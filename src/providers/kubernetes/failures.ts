import { failure } from '../../shared/domain/failures.js';
import { failed, wait, type Outcome } from '../../shared/domain/outcome.js';
import { AccessProblem } from './connect/access-problem.js';
import { KubeConnectionError, KubeStatusError } from './transport.js';

/**
 * The outcome that a foreign error stands for. What may pass by itself, and what may have been carried out, is a wait:
 * the next look decides. Errors that it does not know are thrown again.
 */
export function explain(error: unknown): Outcome {
  if (error instanceof AccessProblem) return failed(failure('k8s.access-unusable', error.message));
  if (error instanceof KubeConnectionError)
    return wait(2_000, `the cluster did not answer (${error.message})`);
  if (error instanceof KubeStatusError) return explainStatus(error);
  throw error;
}

function explainStatus(error: KubeStatusError): Outcome {
  const { status, reason, message, retryAfter } = error;
  const seen = `${message}${reason && ` (${reason})`}`;
  if (status === 429) return wait((retryAfter ?? 2) * 1_000, 'the API server asks to slow down');
  if (isPassing(error)) return wait((retryAfter ?? 2) * 1_000, `the API server could not do it yet: ${seen}`);
  if (status === 401)
    return failed(failure('k8s.access-unusable', `The API server refuses the token: ${message}`));
  if (status === 403) return failed(failure('k8s.access-denied', seen));
  if (status === 409) return wait(500, `somebody else wrote at the same time: ${seen}`);
  return failed(failure('k8s.object-refused', seen));
}

/** Answers of a server that is starting, failing over, or has not yet seen an object made a moment ago. */
function isPassing({ status, message }: KubeStatusError): boolean {
  if (status === 500 && /failed to create typed patch|failed calling webhook.*denied/.test(message))
    return false;
  if (status >= 500) return true;
  if (status === 403) return /service account .* not found|error looking up service account/.test(message);
  if (status === 404) return /^namespaces? "[^"]*" not found/.test(message);
  return status === 410;
}

/** Whether the API server says that there is no such object. */
export function isAbsent(error: unknown): boolean {
  return error instanceof KubeStatusError && error.status === 404;
}
