/** The one clock of a simulator. All times are virtual milliseconds since the epoch. */
export interface Clock {
  /** Virtual milliseconds for one real one; 0 stands still and moves by `advance` alone. */
  readonly speed: number;
  /** Inside a task this is the very time the task was due, so that what follows does not depend on the machine. */
  now(): number;
  /** Runs `act` after `ms` virtual milliseconds; the returned function takes it back. */
  after(ms: number, act: () => void): () => void;
  /** Jumps forward and runs all that became due, in order. */
  advance(ms: number): void;
  /** Calls `look` after everything that happens; the returned function takes it back. */
  watch(look: () => void): () => void;
  /** Runs what is due now, without waiting for a timer. */
  settle(): void;
  stop(): void;
}

/** Real milliseconds; the longest delay that setTimeout can carry. */
const longestTimer = 2_147_483_647;

/** Starts a clock at `startAt` (virtual milliseconds since the epoch). */
export function createClock(speed: number, startAt: number): Clock {
  let tasks: { at: number; act: () => void }[] = [];
  let timer: NodeJS.Timeout | undefined;
  let frozenAt: number | undefined;
  let base = startAt;
  let stopped = false;
  const watchers = new Set<() => void>();
  const since = performance.now();

  function flowing(): number {
    return Math.floor(base + (performance.now() - since) * speed);
  }

  function settle(): void {
    if (frozenAt !== undefined || stopped) return;
    const until = flowing();
    for (let task = tasks[0]; task !== undefined && task.at <= until; task = tasks[0]) {
      tasks.shift();
      frozenAt = task.at;
      try {
        task.act();
        for (const look of watchers) look();
      } finally {
        frozenAt = undefined;
      }
    }
    arm();
  }

  function arm(): void {
    clearTimeout(timer);
    const next = tasks[0];
    if (next === undefined || speed === 0 || stopped) return;
    const delay = Math.min(Math.max(0, (next.at - flowing()) / speed), longestTimer);
    timer = setTimeout(settle, delay);
  }

  return {
    speed,
    now: () => frozenAt ?? flowing(),
    after(ms, act) {
      const task = { at: (frozenAt ?? flowing()) + ms, act };
      const index = tasks.findIndex((other) => other.at > task.at);
      tasks.splice(index < 0 ? tasks.length : index, 0, task);
      if (frozenAt === undefined) arm();
      return () => void (tasks = tasks.filter((other) => other !== task));
    },
    watch(look) {
      watchers.add(look);
      return () => void watchers.delete(look);
    },
    advance(ms) {
      base += ms;
      settle();
    },
    settle,
    stop() {
      stopped = true;
      clearTimeout(timer);
      tasks = [];
    },
  };
}
