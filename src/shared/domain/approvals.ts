import type { Hold } from './state.js';

/** What an environment asks of people before a deployment may start. */
export interface ApprovalPolicy {
  /** People who must approve. */
  readonly count: number;
  /** Whether whoever asked for the deployment or wrote its version counts, too; not unless it says so. */
  readonly byAuthor?: boolean;
}

/** That somebody approved of what they saw. */
export interface Approval {
  readonly by: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Fingerprint of what was approved: the frozen input, and what it would replace. */
  readonly plan: string;
  readonly reason?: string;
}

/** What an approval is judged by. */
export interface Approved {
  readonly plan: string;
  readonly approvals: readonly Approval[];
  /** Who asked, and who wrote the version. */
  readonly authors: readonly string[];
}

/** The approvals that count: one of each person, for this very plan, and by nobody who made it. */
export function countedApprovals(
  { byAuthor = false }: ApprovalPolicy,
  { plan, approvals, authors }: Approved,
): readonly Approval[] {
  return approvals.filter((each) => each.plan === plan && (byAuthor || !authors.includes(each.by)));
}

/** What keeps a deployment waiting for people; undefined once enough of them have approved. */
export function approvalHold(policy: ApprovalPolicy, approved: Approved): Hold | undefined {
  const counted = countedApprovals(policy, approved).length;
  if (counted >= policy.count) return undefined;
  const others = approved.approvals.length - counted;
  const seen = `has ${counted}${others > 0 ? `, and ${others} that do not count` : ''}`;
  return {
    kind: 'approval',
    text: `needs ${policy.count} ${policy.count === 1 ? 'approval' : 'approvals'}, ${seen}`,
  };
}
