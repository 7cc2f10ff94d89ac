import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { addressOf, CallFailed, problemOf } from './call.js';

/** Milliseconds before each new try; the last one is repeated. */
const PAUSES = [1_000, 2_000, 5_000, 10_000];
/** Milliseconds of silence after which a connection counts as dead; the API says something every 15 seconds. */
const SILENCE_MS = 40_000;
/** Characters that one event may have, as many as an answer of the gateway. */
const MOST_CHARACTERS = 16 * 1024 * 1024;
/** What may be over by itself: no answer, too many at once, nobody there now. */
const PASSING = new Set([0, 429, 502, 503, 504]);

/** How such a connection is. `because` is why it has to be tried again; `refused` is final. */
export type Connection =
  | { readonly name: 'connecting' | 'live' }
  | { readonly name: 'retrying'; readonly because?: CallFailed }
  | { readonly name: 'refused'; readonly error: CallFailed };

/** Whoever follows such an address. */
export interface EventReader {
  heard(event: EventSourceMessage): void;
  told(connection: Connection): void;
}

/**
 * Follows an address of server-sent events until the signal aborts. It comes back after every break, and says where it
 * was, so that nothing is lost and nothing comes twice. (An EventSource forgets where it was as soon as a proxy answers
 * 502, and tells nobody why it was refused.)
 */
export async function readEvents(path: string, reader: EventReader, signal: AbortSignal): Promise<void> {
  let last: string | undefined;
  let failures = 0;
  while (!signal.aborted) {
    let because: CallFailed | undefined;
    try {
      await readOnce(path, last, signal, {
        told: reader.told,
        heard(event) {
          failures = 0;
          last = event.id ?? last;
          reader.heard(event);
        },
      });
    } catch (error) {
      if (signal.aborted) return;
      because = error instanceof CallFailed ? error : undefined;
      if (because && !PASSING.has(because.status)) return reader.told({ name: 'refused', error: because });
    }
    if (signal.aborted) return;
    reader.told({ name: 'retrying', ...(because && { because }) });
    await pause(PAUSES[Math.min(failures, PAUSES.length - 1)] ?? 0, signal);
    failures += 1;
  }
}

/** Resolves at the end of one connection. Throws `CallFailed` when it was refused, anything else when it broke. */
async function readOnce(
  path: string,
  last: string | undefined,
  signal: AbortSignal,
  { heard, told }: EventReader,
): Promise<void> {
  const silent = new AbortController();
  let silence = setTimeout(() => silent.abort(), SILENCE_MS);
  try {
    const answer = await fetch(addressOf(path), {
      headers: { accept: 'text/event-stream', ...(last !== undefined && { 'last-event-id': last }) },
      credentials: 'same-origin',
      cache: 'no-store',
      signal: AbortSignal.any([signal, silent.signal]),
    });
    if (!answer.ok || !answer.body) throw new CallFailed(answer.status, await problemOf(answer));
    told({ name: 'live' });
    const parser = createParser({
      onEvent: heard,
      maxBufferSize: MOST_CHARACTERS,
      onError(error) {
        // What else it minds are fields that it leaves out.
        if (error.type === 'max-buffer-size-exceeded') throw error;
      },
    });
    const decoder = new TextDecoder();
    const chunks = answer.body.getReader();
    for (;;) {
      const { value, done } = await chunks.read();
      if (done) return;
      clearTimeout(silence);
      silence = setTimeout(() => silent.abort(), SILENCE_MS);
      parser.feed(decoder.decode(value, { stream: true }));
    }
  } finally {
    clearTimeout(silence);
    silent.abort();
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}
