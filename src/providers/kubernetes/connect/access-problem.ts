/** The access of a target cannot be used as it is configured; only a person can change that. */
export class AccessProblem extends Error {
  override name = 'AccessProblem';
}
