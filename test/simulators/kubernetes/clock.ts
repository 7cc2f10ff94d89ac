/** Cancels a timer; calling it again does nothing. */
export type Cancel = () => void;

interface Timer {
  due: number;
  act: () => void;
  cancelled: boolean;
}

/** Simulated time for controllers and pods: it runs `speed` times faster than the wall and can be moved ahead. */
export interface Clock {
  /** Simulated milliseconds since the start; use it for durations only, timestamps are wall time. */
  now(): number;
  /** Runs `act` once after `ms` of simulated time. */
  after(ms: number, act: () => void): Cancel;
  /** Moves simulated time ahead at once; what becomes due runs in the next turns of the event loop. */
  advance(ms: number): void;
  /** Stops all timers for good. */
  stop(): void;
}

/** Starts a clock. `speed` 1 is real time. */
export function createClock(speed: number): Clock {
  const heap: Timer[] = [];
  const started = performance.now();
  let skipped = 0;
  let stopped = false;
  let wake: NodeJS.Timeout | undefined;

  function now(): number {
    return (performance.now() - started) * speed + skipped;
  }

  function arm(): void {
    if (wake !== undefined) clearTimeout(wake);
    wake = undefined;
    const first = heap[0];
    if (first === undefined || stopped) return;
    wake = setTimeout(fire, Math.max(0, (first.due - now()) / speed));
  }

  function fire(): void {
    wake = undefined;
    const time = now();
    // A bounded batch keeps the event loop answering requests while thousands of pods move at once.
    for (let ran = 0; ran < 200; ran++) {
      const first = heap[0];
      if (first === undefined || first.due > time) break;
      pop(heap);
      if (!first.cancelled) first.act();
    }
    arm();
  }

  return {
    now,
    after(ms, act) {
      const timer = { due: now() + ms, act, cancelled: false };
      push(heap, timer);
      if (heap[0] === timer) arm();
      return () => {
        timer.cancelled = true;
      };
    },
    advance(ms) {
      skipped += ms;
      arm();
    },
    stop() {
      stopped = true;
      heap.length = 0;
      if (wake !== undefined) clearTimeout(wake);
    },
  };
}

function push(heap: Timer[], timer: Timer): void {
  let index = heap.length;
  heap.push(timer);
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent];
    if (above === undefined || above.due <= timer.due) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = timer;
}

function pop(heap: Timer[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let index = 0;
  for (;;) {
    const left = 2 * index + 1;
    const right = left + 1;
    let child = left;
    if (due(heap[right]) < due(heap[left])) child = right;
    const below = heap[child];
    if (below === undefined || below.due >= last.due) break;
    heap[index] = below;
    index = child;
  }
  heap[index] = last;
}

function due(timer: Timer | undefined): number {
  return timer?.due ?? Number.POSITIVE_INFINITY;
}
