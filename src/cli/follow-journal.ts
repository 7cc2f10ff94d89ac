import type { JournalLine, JournalPage } from '../shared/contract/journal-page.js';
import { eventsIn } from '../shared/event-stream.js';
import type { ApiClient } from './api-client.js';
import { pause, retryDelay } from './patience.js';

/** The API sends something every 15 s; a stream that is silent for longer is dead, or held back by a proxy. */
const SILENCE_MS = 40_000;
const PAGE = 1_000;

interface Follow {
  readonly client: Pick<ApiClient, 'get' | 'stream'>;
  readonly id: string;
  /** Only lines after this one. */
  readonly after: number;
  readonly signal: AbortSignal;
}

/**
 * Every line of a journal, in order and once each, until the deployment has ended. Goes on after the last line that
 * it gave when the connection breaks, the API restarts or the stream falls silent; a stream that brought nothing is
 * followed by a page, so that a proxy which holds streams back costs time only.
 */
export async function* followJournal({ client, id, after, signal }: Follow): AsyncGenerator<JournalLine> {
  const path = `/v1/deployments/${id}/logs`;
  let at = after;
  for (let fruitless = 0; ;) {
    const begun = at;
    const headers = { accept: 'text/event-stream', 'last-event-id': String(at) };
    for await (const { event, data } of eventsIn(client.stream(path, headers, SILENCE_MS))) {
      if (event === 'end' && (JSON.parse(data) as { next: number }).next <= at) return;
      if (event !== 'log' && event !== 'event') break;
      const line = JSON.parse(data) as JournalLine;
      if (line.n <= at) continue;
      // A hole must not be stepped over: what is missing is asked for again.
      if (line.n > at + 1) break;
      at = line.n;
      yield line;
    }
    if (at > begun) {
      fruitless = 0;
      continue;
    }
    const page = await client.get<JournalPage>(`${path}?after=${at}&limit=${PAGE}`);
    for (const line of page.lines) {
      at = line.n;
      yield line;
    }
    if (page.complete) return;
    await pause(retryDelay(fruitless), signal);
    fruitless += 1;
  }
}
