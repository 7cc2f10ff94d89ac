import type { Deployment } from '../shared/domain/deployment.js';
import { targetName } from '../shared/domain/ids.js';
import { isEnded } from '../shared/domain/state.js';

/** Pages of records of one service, newest first; `undefined` after the last one. */
type Pages = AsyncIterable<readonly Deployment[]>;

/**
 * Versions that records of a service name: under way, run since `sinceMs`, and of every target the one before, to
 * which the oldest of those would go back. Reads no further than it must.
 */
export async function neededVersions(
  pages: Pages,
  targets: readonly string[],
  sinceMs: number,
): Promise<ReadonlySet<string>> {
  const needed = new Set<string>();
  const open = new Set(targets);
  for await (const page of pages) {
    for (const { acceptedAt, request, state } of page) {
      const target = targetName(request.service, request.environment);
      const isRecent = acceptedAt >= sinceMs || !isEnded(state);
      if (isEnded(state) && state.name !== 'succeeded') continue;
      if (isRecent || open.delete(target)) needed.add(request.version);
    }
    const oldest = page.at(-1)?.acceptedAt ?? 0;
    if (open.size === 0 && oldest < sinceMs) break;
  }
  return needed;
}
