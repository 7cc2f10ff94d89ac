/**
 * When each thing was first seen, in milliseconds of the provider's time. Without it every grace starts anew, which
 * costs time and never a wrong verdict.
 */
export type FirstSeen = ReadonlyMap<string, number>;

/** Ages of what is seen at one look. */
export interface Ages {
  /** Milliseconds since `key` was first seen without a gap; 0 when this look is the first. */
  of(key: string): number;
  /** What the next look is to be given: only what was asked for at this one. */
  firstSeen(): FirstSeen;
}

/** The ages at `now`, the provider's milliseconds from any fixed start. */
export function createAges(before: FirstSeen, now: number): Ages {
  const seen = new Map<string, number>();
  return {
    of(key) {
      // A clock that went back, as after an adoption by another worker, starts the grace anew.
      const since = seen.get(key) ?? Math.min(before.get(key) ?? now, now);
      seen.set(key, since);
      return now - since;
    },
    firstSeen: () => seen,
  };
}
