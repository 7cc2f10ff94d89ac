/** As much of a registered version as its place in the order of its service needs. */
export interface PlacedVersion {
  readonly version: string;
  readonly branch?: string;
}

/** How what runs stands to another version of its service. Nobody knowing the order is never taken for being ahead. */
export type Standing =
  | { readonly order: 'same' }
  | { readonly order: 'ahead' | 'behind'; readonly versions?: number }
  | { readonly order: 'unknown'; readonly because: string };

/**
 * Why two versions have no order; undefined when they have one: versions of one branch, or of none, by the time at which
 * they were registered.
 */
export function whyUnordered(one: PlacedVersion, other: PlacedVersion): string | undefined {
  if (one.branch === other.branch) return undefined;
  return `${one.version} is of ${nameOf(one)}, ${other.version} of ${nameOf(other)}`;
}

function nameOf({ branch }: PlacedVersion): string {
  return branch === undefined ? 'no branch' : `branch ${branch}`;
}
