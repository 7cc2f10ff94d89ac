import { failed, unknown, type Finding } from '../../connection-check.js';
import { networkFault } from '../../network-fault.js';
import { explain } from '../failures.js';

const AGAIN = 'Test again in a moment; if it stays so, look at the status page of AWS';

/** What an error of a look at AWS means to whoever set up the target. */
export function explainFinding(error: unknown): Finding {
  const fault = networkFault(error);
  if (fault) return fault;
  const outcome = explainedOr(error);
  if (outcome?.said === 'failed') return failed(outcome.failure.detail, outcome.failure.hint);
  return unknown(outcome?.said === 'wait' ? outcome.because : `The look failed: ${String(error)}`, AGAIN);
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
