import type { DeploymentView } from '../shared/contract/deployment-view.js';

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

/** The exit code for a request that the API refused for good. */
export function exitCodeOfRefusal(status: number, code: string): ExitCode {
  if (status === 401 || status === 403) return EXIT.denied;
  if (status === 409 && /^(target|blocker|lock)\./.test(code)) return EXIT.blocked;
  return status >= 500 ? EXIT.unreachable : EXIT.invalid;
}
