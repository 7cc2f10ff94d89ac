/**
 * What happened: a branch was `pushed`, something was `built` of it, a pull request was `opened` (or got new commits), or
 * a branch or pull request was `closed` for good.
 */
export type Change = 'pushed' | 'built' | 'opened' | 'closed';

/** What a delivery tells, whoever sent it. */
export interface Told {
  readonly service: string;
  readonly change: Change;
  readonly version?: string;
  readonly branch?: string;
  readonly commit?: string;
  /** Number of the pull request that it is about. */
  readonly pullRequest?: number;
  readonly message?: string;
  readonly author?: string;
  readonly image?: string;
  /** Milliseconds since the epoch at which it happened, where the sender says so. */
  readonly happenedAt?: number;
}

/** How review environments are made. */
export interface Review {
  /** What gets one each; pull requests when absent. */
  readonly each?: 'pull-request' | 'branch';
  /** Environment that they are clones of. */
  readonly from: string;
  /** Template of their names. */
  readonly name: string;
  readonly services?: readonly string[];
  /** Milliseconds from the last delivery about one to its end. */
  readonly ttlMs: number;
}

/** A row of a decision table. */
export interface Decision {
  readonly branch?: string;
  readonly service?: string;
  readonly action: 'deploy' | 'review' | 'nothing';
  readonly environments?: readonly string[];
  readonly review?: Review;
}

/** What to do, and the place of the row in the table that said so. */
export type Decided =
  | { readonly action: 'deploy'; readonly row: number; readonly environments: readonly string[] }
  | { readonly action: 'review'; readonly row: number; readonly review: Review }
  | { readonly action: 'nothing'; readonly row?: number };

/**
 * The first row that fits decides. Rows that deploy are never about pull requests as such: whoever may open one would
 * choose where it goes by the name of its branch.
 */
export function decideByTable(table: readonly Decision[], told: Told): Decided {
  const row = table.findIndex((each) => fits(each, told));
  const found = table[row];
  if (!found) return { action: 'nothing' };
  const { action, environments = [], review } = found;
  if (action === 'review' && review) return { action, row, review };
  return action === 'deploy' && environments.length > 0
    ? { action, row, environments }
    : { action: 'nothing', row };
}

/** Fills `{service}`, `{version}`, `{commit}`, `{branch}` and `{pullRequest}` in; answers the name that is missing instead. */
export function fillIn(text: string, told: Told): { readonly text: string } | { readonly missing: string } {
  let missing: string | undefined;
  const filled = text.replace(/\{(service|version|commit|branch|pullRequest)\}/g, (_, name: keyof Told) => {
    const value = told[name];
    if (value === undefined) missing ??= name;
    return String(value ?? '');
  });
  return missing === undefined ? { text: filled } : { missing };
}

function fits({ branch, service, action, review }: Decision, told: Told): boolean {
  if (service !== undefined && service !== told.service) return false;
  if (action === 'review' && !isReviewed(review, told)) return false;
  if (action === 'deploy' && told.change === 'opened') return false;
  return branch === undefined || (told.branch !== undefined && matchesGlob(branch, told.branch));
}

/** A push alone does not say whether its branch has a pull request. */
function isReviewed(review: Review | undefined, { change, branch, pullRequest }: Told): boolean {
  return review?.each === 'branch'
    ? branch !== undefined && change !== 'opened'
    : pullRequest !== undefined && change !== 'pushed';
}

/** `*` stands for any text. Takes time linear in both, unlike a regular expression made of it might. */
function matchesGlob(glob: string, text: string): boolean {
  const [head = '', ...rest] = glob.split('*');
  const tail = rest.pop();
  if (tail === undefined) return text === head;
  if (text.length < head.length + tail.length || !text.startsWith(head) || !text.endsWith(tail)) return false;
  const end = text.length - tail.length;
  let at = head.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
