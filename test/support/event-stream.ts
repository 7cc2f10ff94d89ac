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
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';

  /** The next event; undefined after the last one. */
  async function next(): Promise<WireEvent | undefined> {
    for (;;) {
      const end = rest.indexOf('\n\n');
      if (end >= 0) {
        const block = rest.slice(0, end);
        rest = rest.slice(end + 2);
        const event = parse(block);
        if (event) return event;
        continue;
      }
      const { value, done } = await reader.read();
      if (done) return undefined;
      rest += value;
    }
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

/** Comments, such as pings, are no events. */
function parse(block: string): WireEvent | undefined {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const [name = '', ...value] = line.split(': ');
    if (name !== '') fields.set(name, value.join(': '));
  }
  const data = fields.get('data');
  if (data === undefined) return undefined;
  const id = fields.get('id');
  return {
    event: fields.get('event') ?? 'message',
    data: JSON.parse(data) as unknown,
    ...(id !== undefined && { id }),
  };
}
