import type { Drive } from './run-deps.js';
import type { Performer } from './perform.js';

/** Shortest pause, so that a provider that reports changes all the time cannot spin the loop; in milliseconds. */
const LEAST_MS = 20;

/** Waits at most `ms`: shorter when the provider saw a change, a cancel arrived or the run must stop. Never rejects. */
export function pause({ halt, wake }: Drive, performer: Performer, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const over = new AbortController();
    const started = performance.now();
    const timer = setTimeout(finish, ms);
    halt.addEventListener('abort', finish);
    wake.addEventListener('wake', finish);
    performer.changed(over.signal).then(soon, ignore);
    if (halt.aborted) finish();

    function soon(): void {
      const early = LEAST_MS - (performance.now() - started);
      if (early > 0) setTimeout(finish, early);
      else finish();
    }

    function finish(): void {
      clearTimeout(timer);
      halt.removeEventListener('abort', finish);
      wake.removeEventListener('wake', finish);
      over.abort();
      resolve();
    }
  });
}

/** A watch that breaks only costs the early end of a pause. */
function ignore(error: unknown): void {
  void error;
}
