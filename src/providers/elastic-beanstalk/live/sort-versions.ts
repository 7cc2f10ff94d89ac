import type { CleanUp } from '../../live-operations.js';
import type { ApplicationVersion } from '../environment.js';

export interface Shelf {
  readonly versions: readonly ApplicationVersion[];
  /** Labels without it are of another service. */
  readonly labelPrefix: string;
  /** Labels that deployments of the service made. */
  readonly ours: ReadonlySet<string>;
  /** Where labels run, in words. */
  readonly runs: ReadonlyMap<string, string>;
  /** Labels that records name. */
  readonly needed: ReadonlySet<string>;
  /** How many of the newest of ours stay. */
  readonly keep: number;
}

/** Decides which versions may go; every other one stays for a reason. */
export function sortVersions(shelf: Shelf): CleanUp {
  const newest = newestOf(shelf);
  const removed: string[] = [];
  const kept: { version: string; because: string }[] = [];
  for (const version of shelf.versions) {
    const because = reasonToKeep(version, shelf, newest);
    if (because === undefined) removed.push(version.label);
    else kept.push({ version: version.label, because });
  }
  return { removed, kept };
}

function reasonToKeep(
  { label, status }: ApplicationVersion,
  { labelPrefix, ours, runs, needed, keep }: Shelf,
  newest: ReadonlySet<string>,
): string | undefined {
  if (!label.startsWith(labelPrefix) || !ours.has(label)) return 'no deployment of this service made it';
  const runsAt = runs.get(label);
  if (runsAt !== undefined) return runsAt;
  if (needed.has(label)) return 'a deployment is on its way with it or would go back to it';
  if (status === 'processing' || status === 'building') return `it is ${status}`;
  return newest.has(label) ? `it is one of the newest ${keep}` : undefined;
}

function newestOf({ versions, ours, keep }: Shelf): ReadonlySet<string> {
  const byAge = versions
    .filter(({ label }) => ours.has(label))
    .sort((one, other) => other.createdAtMs - one.createdAtMs);
  return new Set(byAge.slice(0, keep).map(({ label }) => label));
}
