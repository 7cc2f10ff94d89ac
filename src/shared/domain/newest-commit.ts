/** What is compared of a registered version. */
interface Built {
  readonly commit?: string;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
}

/** A commit that several services have, with the newest version of each of them, in the order of the services. */
export interface CommonCommit<T> {
  readonly commit: string;
  readonly versions: readonly T[];
  /** The earliest registration among `versions`: a late rebuild for one service makes an old commit no newer. */
  readonly since: string;
}

/** The newest commit in all of the lists, each with the versions of one service, newest first. Commits are compared whole. */
export function newestCommon<T extends Built>(lists: readonly (readonly T[])[]): CommonCommit<T> | undefined {
  const [first, ...others] = lists.map(byCommit);
  let newest: CommonCommit<T> | undefined;
  for (const [commit, version] of first ?? []) {
    const rest = others.flatMap((each) => each.get(commit) ?? []);
    if (rest.length < others.length) continue;
    const versions = [version, ...rest];
    const since = versions
      .map(({ createdAt }) => createdAt)
      .reduce((one, other) => (one < other ? one : other));
    if (newest === undefined || since > newest.since) newest = { commit, versions, since };
  }
  return newest;
}

function byCommit<T extends Built>(versions: readonly T[]): ReadonlyMap<string, T> {
  const found = new Map<string, T>();
  for (const version of versions) {
    if (version.commit !== undefined && !found.has(version.commit)) found.set(version.commit, version);
  }
  return found;
}
