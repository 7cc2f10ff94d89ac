import { createParser, type EventSourceMessage } from 'eventsource-parser';

/** Characters that one event may have; a stream that says more is not ours. */
const MOST_CHARACTERS = 16 * 1024 * 1024;

/** The events of a `text/event-stream` that comes in pieces of any size. Throws when one is longer than 16 MiB. */
export async function* eventsIn(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<EventSourceMessage> {
  let complete: EventSourceMessage[] = [];
  const parser = createParser({
    maxBufferSize: MOST_CHARACTERS,
    onEvent: (event) => complete.push(event),
    onError(error) {
      // What else it minds are fields that it leaves out.
      if (error.type === 'max-buffer-size-exceeded')
        throw new Error('An event of the stream is longer than 16 MiB', { cause: error });
    },
  });
  const decoder = new TextDecoder();
  for await (const chunk of chunks) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    yield* complete;
    complete = [];
  }
}
