/** One event of a stream. */
export interface StreamEvent {
  readonly name: string;
  readonly data: string;
  /** Where a reader that comes back goes on; the last one counts until there is another. */
  readonly id: string | undefined;
}

/**
 * Takes the text of an event stream piece by piece, cut anywhere, and answers the events that it completes:
 * https://html.spec.whatwg.org/multipage/server-sent-events.html. Comments and empty events are left out.
 */
export function createEventParser(): (piece: string) => readonly StreamEvent[] {
  let rest = '';
  return (piece) => {
    const text = (rest + piece).replace(/\r\n/g, '\n');
    const blocks = text.split('\n\n');
    rest = blocks.pop() ?? '';
    return blocks.map(eventOf).filter((event) => event !== undefined);
  };
}

function eventOf(block: string): StreamEvent | undefined {
  let [name, id] = ['message', undefined as string | undefined];
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') name = value;
    else if (field === 'data') data.push(value);
    else if (field === 'id') id = value;
  }
  return data.length === 0 ? undefined : { name, data: data.join('\n'), id };
}
