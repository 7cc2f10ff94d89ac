/** Who has to act: the caller who asked, the author of the version, the people of the cloud, or ours. */
export type Blame = 'request' | 'release' | 'platform' | 'operator';

/** What a failure means, whatever was seen this time. */
export interface FailureRow {
  readonly title: string;
  readonly blame: Blame;
  /** What to do next. */
  readonly hint: string;
  /** The deployment ends with this state instead of `failed`; `superseded` also forbids a rollback. */
  readonly ends?: 'cancelled' | 'expired' | 'superseded';
}
