/** Something that is looked at again and again. */
export interface Looks {
  /** One look. `closing` aborts when it should come to its end. */
  look(closing: AbortSignal): Promise<void>;
  /** Milliseconds from the end of a look to the next; asked each time. */
  pauseMs(): number;
  /** Told of a look that failed; the next one follows all the same. */
  onError(error: unknown, closing: AbortSignal): void;
}

/** Looks until it is closed, never twice at once; the first time after a pause. `close` resolves when the last look has ended. */
export function keepLooking({ look, pauseMs, onError }: Looks): { close(): Promise<void> } {
  const closing = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();

  async function once(): Promise<void> {
    try {
      await look(closing.signal);
    } catch (error) {
      onError(error, closing.signal);
    }
    if (!closing.signal.aborted) schedule();
  }

  function schedule(): void {
    timer = setTimeout(() => {
      looking = once();
    }, pauseMs());
  }

  schedule();
  return {
    async close() {
      closing.abort();
      clearTimeout(timer);
      await looking;
    },
  };
}
