/** What can be done to a running installation. */
export const FAULTS = [
  'worker-kill',
  'worker-freeze',
  'worker-term',
  'api-kill',
  'api-term',
  'redis-kill',
  'redis-cut',
  'redis-silence',
  'redis-delay',
  'queue-flush',
  'cloud-throttle',
  'cloud-lost-replies',
] as const;

export type FaultKind = (typeof FAULTS)[number];

/** One fault. `atMs` counts from the start of the run; `which` chooses among the processes that are there then. */
export interface Fault {
  readonly atMs: number;
  readonly kind: FaultKind;
  readonly which: number;
  /** How long it lasts, where that makes sense. */
  readonly forMs: number;
}

interface ScheduleOptions {
  readonly seed: number;
  readonly durationMs: number;
  /** On average between two faults. */
  readonly everyMs: number;
  readonly kinds?: readonly FaultKind[];
  /** Freezes and silences last from half of this to three times as long. */
  readonly leaseMs: number;
}

/** Faults in the order of their time; the same options give the same faults. Each kind comes up before any comes twice. */
export function faultSchedule({
  seed,
  durationMs,
  everyMs,
  leaseMs,
  kinds = FAULTS,
}: ScheduleOptions): readonly Fault[] {
  const random = randomFrom(seed);
  const faults: Fault[] = [];
  let deck: FaultKind[] = [];
  let atMs = everyMs / 2;
  while (atMs < durationMs && kinds.length > 0) {
    if (deck.length === 0) deck = shuffled(kinds, random);
    const kind = deck.pop();
    if (kind === undefined) break;
    const forMs = Math.round(leaseMs * (0.5 + 2.5 * random()));
    faults.push({ atMs: Math.round(atMs), kind, which: Math.floor(random() * 1_000), forMs });
    atMs += everyMs * (0.5 + random());
  }
  return faults;
}

/** Numbers from 0 up to 1 that follow from the seed alone: mulberry32, public domain, by Tommy Ettinger. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const deck = [...items];
  for (let last = deck.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [deck[last], deck[other]] = [deck[other] as T, deck[last] as T];
  }
  return deck;
}
