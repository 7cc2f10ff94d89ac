import type { Hold } from './state.js';

/** What an environment asks of people before a deployment may start. */
export interface ApprovalPolicy {
  /** People who must approve. */
  readonly count: number;
  /** Whether whoever asked for the deployment or wrote its version counts, too; not unless it says so. */
  readonly byAuthor?: boolean;
  /** Whether it must be known which person wrote the version; not unless it says so. */
  readonly knownAuthors?: boolean;
}

/** That somebody approved of what they saw. */
export interface Approval {
  readonly by: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Fingerprint of what was approved: the frozen input, and what it would replace. */
  readonly plan: string;
  readonly reason?: string;
  /** As of the approval: whether that person wrote the version, or nobody knew which person did. */
  readonly author?: Authorship;
}

/** `self`: the person in question wrote it. `unknown`: nobody who is known here did. */
export type Authorship = 'self' | 'other' | 'unknown';

/** What an approval is judged by. */
export interface Approved {
  readonly plan: string;
  readonly approvals: readonly Approval[];
  /** Who asked, and who wrote the version. */
  readonly authors: readonly string[];
}

/** The approvals that count: one of each person, for this very plan, and by nobody who made it. */
export function countedApprovals(
  { byAuthor = false, knownAuthors = false }: ApprovalPolicy,
  { plan, approvals, authors }: Approved,
): readonly Approval[] {
  return approvals.filter(({ plan: of, by, author = 'unknown' }) => {
    if (of !== plan) return false;
    const isOwn = author === 'self' || authors.includes(by);
    return byAuthor || !(isOwn || (knownAuthors && author === 'unknown'));
  });
}

/** What keeps a deployment waiting for people; undefined once enough of them have approved. */
export function approvalHold(policy: ApprovalPolicy, approved: Approved): Hold | undefined {
  const counted = countedApprovals(policy, approved).length;
  if (counted >= policy.count) return undefined;
  const others = approved.approvals.length - counted;
  const seen = `has ${counted}${others > 0 ? `, and ${others} that do not count` : ''}`;
  const unknown = approved.approvals.some(({ author = 'unknown' }) => author === 'unknown');
  const why = policy.knownAuthors && others > 0 && unknown ? ': nobody here is known to have written it' : '';
  return {
    kind: 'approval',
    text: `needs ${policy.count} ${policy.count === 1 ? 'approval' : 'approvals'}, ${seen}${why}`,
  };
}
