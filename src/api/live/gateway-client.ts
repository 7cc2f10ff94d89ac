import type { GatewayProblem } from '../../shared/live/gateway-problem.js';
import type { Claims, Tickets } from '../../shared/live/ticket.js';
import { Refusal } from '../refusal.js';

/** A whole answer comes within this time, in milliseconds; a stream begins within it. */
const WITHIN_MS = 40_000;
/** The gateway sends something every 15 s; a stream that is silent for longer is dead. */
const SILENCE_MS = 45_000;
const MOST_ANSWER_BYTES = 16 * 1024 * 1024;

/** The way to the gateway, the only process with rights in clusters for streams. */
export interface GatewayClient {
  readonly url: string;
  readonly tickets: Tickets;
  /** The whole answer. Throws a Refusal. */
  ask<T>(claims: Claims, body: object, signal: AbortSignal): Promise<T>;
  /** Server-sent events as the gateway makes them, until one side ends them. Throws a Refusal while it has not begun. */
  follow(claims: Claims, body: object, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
}

/** A client of the gateway at `url`; every call is signed for one use. */
export function createGatewayClient(url: string, tickets: Tickets): GatewayClient {
  const base = url.replace(/\/+$/, '');

  async function post(claims: Claims, body: object, signal: AbortSignal): Promise<Response> {
    let answer: Response;
    try {
      answer = await fetch(`${base}/live/${claims.purpose}`, {
        method: 'POST',
        headers: {
          authorization: `Beanpod-Ticket ${tickets.issue(claims)}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify(body),
        redirect: 'error',
        signal,
      });
    } catch (error) {
      throw unreachable(error);
    }
    if (!answer.ok) throw refusalOf(answer.status, await answer.text().catch(() => ''));
    return answer;
  }

  return {
    url: base,
    tickets,

    async ask<T>(claims: Claims, body: object, signal: AbortSignal): Promise<T> {
      const within = AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]);
      const answer = await post(claims, body, within);
      const chunks: Uint8Array[] = [];
      let size = 0;
      for await (const chunk of chunksOf(answer)) {
        size += chunk.byteLength;
        if (size > MOST_ANSWER_BYTES) throw new Refusal('live.failed', 'The answer is larger than 16 MB');
        chunks.push(chunk);
      }
      return JSON.parse(Buffer.concat(chunks).toString('utf8')) as T;
    },

    async follow(claims, body, signal) {
      const hangUp = new AbortController();
      const watchdog = setTimeout(() => hangUp.abort(), WITHIN_MS);
      try {
        const answer = await post(claims, body, AbortSignal.any([signal, hangUp.signal]));
        return watched(answer, watchdog, hangUp);
      } catch (error) {
        clearTimeout(watchdog);
        throw error;
      }
    },
  };
}

/** The chunks of an answer; hangs up when nothing comes for too long, or when nobody reads on. */
async function* watched(
  answer: Response,
  begun: NodeJS.Timeout,
  hangUp: AbortController,
): AsyncGenerator<Uint8Array> {
  clearTimeout(begun);
  let silence: NodeJS.Timeout | undefined;
  try {
    const chunks = chunksOf(answer)[Symbol.asyncIterator]();
    for (;;) {
      // Only the gateway's silence counts, not that of a reader who takes nothing.
      silence = setTimeout(() => hangUp.abort(), SILENCE_MS);
      const { value, done } = await chunks.next();
      clearTimeout(silence);
      if (done) return;
      yield value;
    }
  } finally {
    clearTimeout(silence);
    hangUp.abort();
  }
}

/** A body that breaks off throws a Refusal like any other trouble on the way. */
async function* chunksOf({ body }: Response): AsyncGenerator<Uint8Array, undefined> {
  try {
    for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) yield chunk;
    return undefined;
  } catch (error) {
    throw unreachable(error);
  }
}

function unreachable(error: unknown): Refusal {
  const { message, cause } = error as Error & { cause?: Error };
  return new Refusal('live.gateway-away', `The gateway did not answer: ${cause?.message ?? message}`);
}

/** What the gateway refused, in the words of the API. */
export function refusalOf(status: number, text: string): Refusal {
  const problem = status === 500 ? undefined : problemIn(text);
  if (!problem) return new Refusal('live.gateway-away', `The gateway answered ${status} without a reason`);
  const { code, detail, failure } = problem;
  const isFull = code === 'live.busy' || code === 'live.too-many';
  return new Refusal(code, detail, {
    ...(failure && { members: { failure } }),
    ...(isFull && { headers: { 'retry-after': '10' } }),
  });
}

function problemIn(text: string): GatewayProblem | undefined {
  try {
    const { code, detail, failure } = JSON.parse(text) as Partial<GatewayProblem>;
    return code && { code, detail: detail ?? code, ...(failure && { failure }) };
  } catch {
    return undefined;
  }
}
