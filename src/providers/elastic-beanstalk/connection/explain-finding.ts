import type { Failure } from '../../../shared/domain/failures.js';
import { failed, unknown, type Finding } from '../../connection-check.js';
import { networkFault } from '../../network-fault.js';
import { explain } from '../failures.js';

/** Names of errors about credentials that are broken or over, at the start of what is seen of them. */
const NOT_TAKEN =
  /^(InvalidClientTokenId|InvalidAccessKeyId|UnrecognizedClient|SignatureDoesNotMatch|ExpiredToken|CredentialsProviderError)/;
const AGAIN = 'Test again in a moment; if it stays so, look at the status page of AWS';

/** What an error of a look at AWS means to whoever set up the target. */
export function explainFinding(error: unknown): Finding {
  const fault = networkFault(error);
  if (fault) return fault;
  const outcome = explainedOr(error);
  if (outcome?.said === 'failed') return refused(outcome.failure);
  return unknown(outcome?.said === 'wait' ? outcome.because : `The look failed: ${String(error)}`, AGAIN);
}

function refused({ detail, hint }: Pick<Failure, 'detail' | 'hint'>): Finding {
  if (NOT_TAKEN.test(detail))
    return failed(
      `AWS does not take the credentials (${detail})`,
      'Correct the credentials of the target, or those of the workers where it has none; new keys take a minute until AWS knows them',
    );
  if (detail.includes('sts:AssumeRole'))
    return failed(
      detail,
      'Let the trust policy of the role name who signs the calls, and correct externalId in the target',
    );
  return failed(detail, hint);
}

/** What no list of errors knows is not thrown on: it is shown as it is. */
function explainedOr(error: unknown): ReturnType<typeof explain> | undefined {
  try {
    return explain(error);
  } catch {
    // It throws the very error that it was given.
    return undefined;
  }
}
