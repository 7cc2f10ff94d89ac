import type { Deployment } from '../shared/domain/deployment.js';
import { isEnded } from '../shared/domain/state.js';
import type { Bell } from '../shared/store/bell.js';
import type { Deployments } from '../shared/store/deployments.js';
import type { Line } from '../shared/store/entries.js';
import type { Journal } from '../shared/store/journal.js';

/** Rings may get lost, so a reader looks by itself every so many milliseconds. */
const LOOK_MS = 2_000;
/** Lines that come within this time travel together. */
const GATHER_MS = 15;
const PER_READ = 1_000;

/** Somebody who follows one journal. */
export interface Follower {
  /** Lines after those given before, in order and without gaps. `live` ones come as they are written. */
  lines(lines: readonly Line[], pace: 'catching-up' | 'live'): void;
  /** Resolves when there is room for more; asked while catching up only. */
  room(): Promise<void>;
  /** The deployment has ended and every line was given; nothing follows. */
  ended(deployment: Deployment): void;
}

interface LiveDeps {
  readonly journal: Pick<Journal, 'read'>;
  readonly deployments: Pick<Deployments, 'load'>;
  readonly bell: Pick<Bell, 'on'>;
  onError(error: unknown): void;
}

/**
 * Follows journals for any number of readers: one reader of the store for each journal, woken by its bell; the
 * journal is the truth, so a lost ring costs time only. Whoever comes late catches up by itself first.
 */
export function createLiveJournals(deps: LiveDeps) {
  const readers = new Map<string, JournalReader>();
  return {
    /** Gives the follower every line after `after`, those to come included. Answers how to stop. */
    follow(id: string, after: number, follower: Follower): () => void {
      const reader = readers.get(id) ?? openReader(deps, id, () => readers.delete(id));
      readers.set(id, reader);
      return reader.join(after, follower);
    },
  };
}

/** Follows journals; see `createLiveJournals`. */
export type LiveJournals = ReturnType<typeof createLiveJournals>;

interface JournalReader {
  join(after: number, follower: Follower): () => void;
}

/** `at` is the last line that the follower was given. */
interface Seat {
  readonly follower: Follower;
  at: number;
  live: boolean;
}

function openReader(deps: LiveDeps, id: string, onEmpty: () => void): JournalReader {
  const seats = new Set<Seat>();
  let looking = false;
  let again = false;
  let timer: NodeJS.Timeout | undefined;
  const off = deps.bell.on(id, () => wake(GATHER_MS));

  function wake(inMs: number): void {
    if (looking) again = true;
    else {
      clearTimeout(timer);
      timer = setTimeout(() => void look(), inMs);
    }
  }

  async function look(): Promise<void> {
    looking = true;
    again = false;
    try {
      await advance();
    } catch (error) {
      deps.onError(error);
    }
    looking = false;
    if (seats.size > 0) wake(again ? GATHER_MS : LOOK_MS);
  }

  async function advance(): Promise<void> {
    const front = liveSeats();
    if (front.length === 0) return;
    // The state is read before the lines: what has ended by then has all its lines.
    const deployment = await deps.deployments.load(id);
    let at = Math.min(...front.map((seat) => seat.at));
    for (;;) {
      const lines = await deps.journal.read(id, at, PER_READ);
      at = lines.at(-1)?.n ?? at;
      for (const seat of front) if (seats.has(seat)) give(seat, lines);
      if (lines.length < PER_READ) break;
    }
    if (!deployment || !isEnded(deployment.state)) return;
    for (const seat of front) {
      if (!seats.has(seat)) continue;
      leave(seat);
      seat.follower.ended(deployment);
    }
  }

  function liveSeats(): readonly Seat[] {
    return [...seats].filter((seat) => seat.live);
  }

  async function catchUp(seat: Seat): Promise<void> {
    while (seats.has(seat)) {
      const lines = await deps.journal.read(id, seat.at, PER_READ);
      if (!seats.has(seat)) return;
      give(seat, lines);
      if (lines.length < PER_READ) {
        seat.live = true;
        wake(0);
        return;
      }
      await seat.follower.room();
    }
  }

  function leave(seat: Seat): void {
    if (!seats.delete(seat) || seats.size > 0) return;
    clearTimeout(timer);
    off();
    onEmpty();
  }

  return {
    join(after, follower) {
      const seat = { follower, at: after, live: false };
      seats.add(seat);
      const start = (): void => {
        catchUp(seat).catch((error: unknown) => {
          deps.onError(error);
          setTimeout(start, LOOK_MS);
        });
      };
      start();
      return () => leave(seat);
    },
  };
}

/** Most seats are at the same line and get the very same array, so that its encoding can be shared. */
function give(seat: Seat, lines: readonly Line[]): void {
  const first = lines[0];
  const last = lines.at(-1);
  if (!first || !last || last.n <= seat.at) return;
  const fresh = first.n > seat.at ? lines : lines.filter(({ n }) => n > seat.at);
  seat.at = last.n;
  seat.follower.lines(fresh, seat.live ? 'live' : 'catching-up');
}
