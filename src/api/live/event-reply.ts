import type { StreamReply } from '../reply.js';

/**
 * The events of the gateway as the answer, as fast as they are read. When `closing` aborts, which is at a shutdown and
 * when the caller's rights change, an event tells the reader to come back.
 */
export function eventReply(events: AsyncIterable<Uint8Array>, closing: AbortSignal): StreamReply {
  return {
    kind: 'stream',
    status: 200,
    type: 'text/event-stream; charset=utf-8',
    // Proxies such as nginx hold events back unless they are told not to.
    headers: { 'x-accel-buffering': 'no' },
    chunks: untilClosing(events, closing),
  };
}

async function* untilClosing(
  events: AsyncIterable<Uint8Array>,
  closing: AbortSignal,
): AsyncGenerator<string | Uint8Array> {
  try {
    yield* events;
  } catch (error) {
    if (!closing.aborted) throw error;
    yield '\n\nevent: reconnect\ndata: {}\n\n';
  }
}
