/** One server-sent event. */
export interface ServerEvent {
  readonly event: string;
  readonly data: string;
  /** Where to go on after it, for streams that say so. */
  readonly id?: string;
}

/** Characters that one event may have; a stream that says more is not ours. */
const MOST_CHARACTERS = 4 * 1024 * 1024;

/**
 * Reads `text/event-stream` as it arrives, in pieces of any size. Fields that we do not send are skipped.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export function createEventReader(): (chunk: string) => readonly ServerEvent[] {
  let rest = '';
  let event = '';
  let data: string[] = [];
  let id: string | undefined;

  function take(line: string): ServerEvent | undefined {
    if (line === '') {
      const said = { event: event || 'message', data: data.join('\n'), ...(id !== undefined && { id }) };
      const complete = data.length > 0 ? said : undefined;
      [event, data, id] = ['', [], undefined];
      return complete;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') event = value;
    if (field === 'data') data.push(value);
    if (field === 'id') id = value;
    return undefined;
  }

  return (chunk) => {
    // A CR at the end may be half of a CR LF, so it waits for what follows.
    const text = rest + chunk;
    const held = text.endsWith('\r') ? '\r' : '';
    const lines = text.slice(0, text.length - held.length).split(/\r\n|\n|\r/);
    rest = (lines.pop() ?? '') + held;
    if (rest.length > MOST_CHARACTERS) throw new Error('An event of the stream is too long');
    return lines.flatMap((line) => take(line) ?? []);
  };
}
