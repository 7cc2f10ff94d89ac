import type { Blocker as Configured } from '../contract/blocker.js';
import type { Blocker } from '../domain/blockers/blocker.js';

const read = new WeakMap<ReadonlyMap<string, Configured>, readonly Blocker[]>();

/** Blockers as they are judged, by name; read once for each copy of the configuration. */
export function blockersOf(configured: ReadonlyMap<string, Configured>): readonly Blocker[] {
  let blockers = read.get(configured);
  if (!blockers) {
    blockers = [...configured].map(([name, about]) => blockerOf(name, about));
    read.set(configured, blockers);
  }
  return blockers;
}

/** One blocker with its standards filled in. */
export function blockerOf(
  name: string,
  { rule, scope = {}, reason = '', mode = 'hold', enabled = true, expiresAt, exempt }: Configured,
): Blocker {
  return {
    name,
    reason,
    scope,
    rule,
    mode,
    enabled,
    ...(expiresAt !== undefined && { expiresAt: Date.parse(expiresAt) }),
    ...(exempt !== undefined && { exempt }),
  };
}
