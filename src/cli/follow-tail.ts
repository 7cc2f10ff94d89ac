import type { DroppedLines, TailLine, TailNotice } from '../shared/contract/live-tail.js';
import { eventsIn } from '../shared/event-stream.js';
import type { ApiClient } from './api-client.js';
import { pause, retryDelay } from './patience.js';

/** The API sends something every 15 s; a stream that is silent for longer is dead, or held back by a proxy. */
const SILENCE_MS = 40_000;

/** A line of a container, or something about the tail. */
export type TailPiece =
  { readonly kind: 'line'; readonly line: TailLine } | { readonly kind: 'remark'; readonly text: string };

/** Every line in order and once each, over broken connections, until the signal aborts, whose reason is thrown then. */
export async function* followTail(
  client: Pick<ApiClient, 'stream'>,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<TailPiece> {
  let position: string | undefined;
  for (let fruitless = 0; ; fruitless += 1) {
    const headers = {
      accept: 'text/event-stream',
      ...(position !== undefined && { 'last-event-id': position }),
    };
    for await (const { event, data, id } of eventsIn(client.stream(path, headers, SILENCE_MS))) {
      fruitless = 0;
      yield* piecesOf(event, data);
      position = id ?? position;
    }
    await pause(retryDelay(fruitless), signal);
  }
}

function piecesOf(event = '', data: string): readonly TailPiece[] {
  switch (event) {
    case 'lines': {
      const { lines } = JSON.parse(data) as { lines: readonly TailLine[] };
      return lines.map((line) => ({ kind: 'line', line }));
    }
    case 'dropped': {
      const { pod, container, lines } = JSON.parse(data) as DroppedLines;
      return [
        { kind: 'remark', text: `${lines} lines of ${pod} ${container} are missing: they came too fast` },
      ];
    }
    case 'notice': {
      const { pod, container, text } = JSON.parse(data) as TailNotice;
      return [{ kind: 'remark', text: `${pod} ${container} ${text}`.trim() }];
    }
    default:
      return [];
  }
}
