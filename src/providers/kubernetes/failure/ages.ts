/**
 * When each thing was first seen, in milliseconds of the provider's time. Plain data: it can be stored. Without it
 * every grace starts anew, which costs time and never a wrong verdict.
 */
export type FirstSeen = Readonly<Record<string, number>>;

/** Ages of what is seen at one look. */
export interface Ages {
  /** Milliseconds since `key` was first seen without a gap; 0 when this look is the first. */
  of(key: string): number;
  /** What the next look is to be given: only what was asked for at this one. */
  firstSeen(): FirstSeen;
}

/** The ages at `now`, the provider's milliseconds from any fixed start. */
export function createAges(before: FirstSeen, now: number): Ages {
  const seen: Record<string, number> = {};
  return {
    of(key) {
      // A clock that went back, as after an adoption by another worker, starts the grace anew.
      seen[key] ??= Math.min(before[key] ?? now, now);
      return now - seen[key];
    },
    firstSeen: () => seen,
  };
}
