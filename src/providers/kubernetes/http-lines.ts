/** Longest line that is kept, in characters; an object of a watch can be 1.5 MiB, etcd's limit, and some more as JSON. */
const MOST_CHARACTERS = 16 * 1024 * 1024;

/** Splits a stream of bytes into its lines. A last line without its end is given too, unless the stream breaks off. */
export async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of bytes) {
    const pieces = decoder.decode(chunk, { stream: true }).split('\n');
    const last = pieces.pop() ?? '';
    for (const piece of pieces) {
      yield withoutReturn(rest + piece);
      rest = '';
    }
    rest += last;
    if (rest.length > MOST_CHARACTERS) throw new Error('A line of the stream is longer than 16 MiB');
  }
  rest += decoder.decode();
  if (rest !== '') yield withoutReturn(rest);
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
