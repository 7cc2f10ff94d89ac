import { eventsIn } from '../../src/shared/event-stream.js';

/** One server-sent event as it came over the wire. */
export interface WireEvent {
  readonly event: string;
  readonly id?: string;
  readonly data: unknown;
}

/** Reads a stream of server-sent events, one by one. */
export async function openEventStream(url: string, headers: Readonly<Record<string, string>>) {
  const abort = new AbortController();
  const answer = await fetch(url, {
    headers: { accept: 'text/event-stream', ...headers },
    signal: abort.signal,
  });
  if (!answer.body) throw new Error('The answer has no body');
  const events = eventsIn(answer.body);

  /** The next event; undefined after the last one. */
  async function next(): Promise<WireEvent | undefined> {
    const step = await events.next();
    if (step.done === true) return undefined;
    const { event = 'message', data, id } = step.value;
    return { event, data: JSON.parse(data) as unknown, ...(id !== undefined && { id }) };
  }

  return {
    answer,
    next,
    async until(name: string): Promise<readonly WireEvent[]> {
      const seen: WireEvent[] = [];
      for (;;) {
        const event = await next();
        if (event) seen.push(event);
        if (!event || event.event === name) return seen;
      }
    },
    close: () => abort.abort(),
  };
}
