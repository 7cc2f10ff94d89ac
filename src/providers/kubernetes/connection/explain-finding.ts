import { failed, unknown, type Finding } from '../../connection-check.js';
import { networkFault } from '../../network-fault.js';
import { AccessProblem } from '../connect/access-problem.js';
import { explain } from '../failures.js';
import { KubeConnectionError, KubeStatusError } from '../transport.js';

const AGAIN = 'Test again in a moment; if it stays so, look at the API server';

/** What an error of a look at a cluster means to whoever set up the target. Bodies of servers of other kinds are not quoted. */
export function explainFinding(error: unknown): Finding {
  if (error instanceof AccessProblem)
    return failed(error.message, 'Correct the access to the cluster in the target');
  if (error instanceof KubeStatusError) return explainStatus(error);
  if (error instanceof KubeConnectionError) return networkFault(error) ?? unknown(error.message, AGAIN);
  return networkFault(error) ?? unknown(`The look failed: ${String(error)}`, AGAIN);
}

function explainStatus(error: KubeStatusError): Finding {
  const { status, reason, message } = error;
  if (status === 401)
    return failed(
      'The API server refuses the credentials (401)',
      'Give the target a token or client certificate that is valid for this cluster',
    );
  if (reason === '' && status !== 429 && status < 500)
    return failed(
      `It answers HTTP ${status}, and not as a Kubernetes API server does`,
      'Correct the address of the server',
    );
  if (status === 429 || status >= 500)
    return unknown(reason === '' ? `It answers HTTP ${status}` : `It answers ${status}: ${message}`, AGAIN);
  const outcome = explain(error);
  if (outcome.said !== 'failed') return unknown(`It answers ${status}: ${message}`, AGAIN);
  return failed(`${message} (${reason})`, outcome.failure.hint);
}
