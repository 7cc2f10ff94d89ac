import type { DeploymentView } from '../shared/contract/deployment-view.js';
import type { OperationView } from '../shared/contract/live-operation.js';
import type { ReleaseView } from '../shared/contract/release.js';

/** Exit codes of every command; a public contract, explained in docs/cli.md. */
export const EXIT = {
  done: 0,
  /** It failed, and the target is as it was. */
  failed: 1,
  /** The call itself is wrong: usage, validation, something that does not exist. */
  invalid: 2,
  /** The version was bad; what ran before runs again. */
  rolledBack: 3,
  /** The target was changed and left so: somebody has to look at once. */
  leftChanged: 4,
  /** The target does not take it now. */
  blocked: 5,
  /** Somebody stopped it, or another deployment took its place. */
  cancelled: 6,
  /** The token is missing, not valid, or may not do this. */
  denied: 7,
  unreachable: 8,
  /** A defect of this program. */
  defect: 70,
  /** `--timeout` has passed; what was asked for goes on. */
  timeout: 124,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The exit code of whoever waited for this deployment, which has ended. */
export function exitCodeOf({ state, wrote }: Pick<DeploymentView, 'state' | 'wrote'>): ExitCode {
  switch (state) {
    case 'succeeded':
      return EXIT.done;
    case 'rolled_back':
      return EXIT.rolledBack;
    case 'rollback_failed':
      return EXIT.leftChanged;
    case 'failed':
      return wrote ? EXIT.leftChanged : EXIT.failed;
    case 'cancelled':
    case 'superseded':
      return EXIT.cancelled;
    case 'expired':
    case 'held':
    case 'queued':
    case 'preparing':
    case 'deploying':
    case 'verifying':
    case 'rolling_back':
      return EXIT.failed;
  }
}

/**
 * The exit code of whoever waited for this release, which has ended. `codes` are those of its members that did not
 * succeed: the worst of them says more than that one failed.
 */
export function exitCodeOfRelease(
  { state }: Pick<ReleaseView, 'state'>,
  codes: readonly ExitCode[],
): ExitCode {
  if (state === 'succeeded') return EXIT.done;
  if (state === 'rollback_failed' || codes.includes(EXIT.leftChanged)) return EXIT.leftChanged;
  if (state === 'cancelled') return EXIT.cancelled;
  return state === 'rolled_back' || codes.includes(EXIT.rolledBack) ? EXIT.rolledBack : EXIT.failed;
}

/** Codes of operations that failed without anybody knowing how far they had come. */
const UNCLEAR = new Set(['operation.unfinished', 'operation.workers-lost', 'internal.step-crashed']);

/** The exit code of whoever waited for this operation, which has ended. */
export function exitCodeOfOperation({
  state,
  startedAt,
  failure,
}: Pick<OperationView, 'state' | 'startedAt' | 'failure'>): ExitCode {
  if (state === 'succeeded') return EXIT.done;
  if (state === 'cancelled') return EXIT.cancelled;
  return startedAt !== undefined && UNCLEAR.has(failure?.code ?? '') ? EXIT.leftChanged : EXIT.failed;
}

/** The exit code for a request that the API refused for good. */
export function exitCodeOfRefusal(status: number, code: string): ExitCode {
  if (status === 401 || status === 403) return EXIT.denied;
  if (status === 409 && /^(target|blocker|lock)\./.test(code)) return EXIT.blocked;
  return status >= 500 ? EXIT.unreachable : EXIT.invalid;
}
