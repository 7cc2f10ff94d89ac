import type { SeenGroup } from '../contract.js';
import type { ObjectHealth } from './health/assess-set.js';
import { nameOf } from './object.js';
import type { Member } from './set/member.js';

/** How each group looked that has objects among those that were judged; the worst object speaks for its group. */
export function seenGroups(
  members: readonly Member[],
  judged: readonly ObjectHealth[],
): readonly SeenGroup[] {
  const groupOf = new Map(members.map(({ ref, group }) => [nameOf(ref), group]));
  const worst = new Map<string, SeenGroup>();
  for (const object of judged) {
    const name = groupOf.get(nameOf(object.ref));
    if (name === undefined) continue;
    const now = seenOf(name, object);
    const before = worst.get(name);
    if (!before || RANKS[now.seen] > RANKS[before.seen]) worst.set(name, now);
  }
  return [...worst.values()];
}

const RANKS = { healthy: 0, progressing: 1, failed: 2 } as const;

function seenOf(name: string, { ref, health, trouble }: ObjectHealth): SeenGroup {
  if (trouble) return { name, seen: 'failed', because: trouble.detail };
  switch (health.verdict) {
    case 'healthy':
      return { name, seen: 'healthy' };
    case 'degraded':
      return { name, seen: 'failed', because: health.failure.detail };
    case 'progressing':
    case 'suspended':
    case 'unknown':
      return { name, seen: 'progressing', because: `${nameOf(ref)}: ${health.reason}` };
  }
}
