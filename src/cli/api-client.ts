import { EXIT } from './exit-code.js';
import { neverArrived, wordsOf } from './network-error.js';
import { pause, retryDelay } from './patience.js';
import { problemOf, proven, refusalOf } from './refusal.js';
import { Stop } from './stop.js';

/** Milliseconds until an answer must have begun, unless a call says otherwise. */
const ANSWER_WITHIN_MS = 20_000;

/** Answers after which the same request may succeed a little later, as curl sees it. */
const TRANSIENT: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** Those of them before which nothing was done. */
const NOTHING_DONE: ReadonlySet<number> = new Set([429, 503]);

interface Deps {
  readonly url: string;
  /** Asked before every request, since some identities end after minutes. */
  token(): Promise<string>;
  /** Milliseconds for which an API that cannot be reached is asked again. */
  readonly patienceMs: number;
  /** Aborts everything. */
  readonly signal: AbortSignal;
  /** Told once for each time of trouble, and when it is over. */
  trouble(what: string): void;
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface Call {
  readonly method?: Method;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The body of an upload, made anew for each try. */
  readonly upload?: () => ReadableStream<Uint8Array>;
  /** Milliseconds until the answer must be there. */
  readonly withinMs?: number;
  /** `never`: another try could do the same thing twice, so only a clear refusal for the moment is tried again. */
  readonly again?: 'never';
}

/** An answer that is no refusal. `body` is undefined when there is none. */
export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** What one try came to. */
type Try<T> = { readonly done: T } | { readonly because: string; readonly afterMs?: number };

/**
 * Talks to the API. While it is away (restarted, overloaded, network down) a call is made again with growing pauses,
 * or after the Retry-After of its answer. Throws a `Stop` for a refusal, and when patience has run out.
 */
export function createApiClient({ url, token, patienceMs, signal, trouble }: Deps) {
  async function attempt<T>(
    path: string,
    call: Call,
    within: AbortSignal,
    read: (said: Response) => T | Promise<T>,
  ): Promise<Try<T>> {
    try {
      const init = { ...initOf(call, await token()), signal: AbortSignal.any([signal, within]) };
      const said = await fetch(`${url}${path}`, init);
      return (await refusedForNow(said, call.again)) ?? { done: await read(await proven(said)) };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Stop) throw error;
      if (call.again === 'never' && !neverArrived(error)) {
        const words = `${call.method} ${path} has no answer: ${wordsOf(error)}. Look whether it was done`;
        throw new Stop(EXIT.unreachable, words);
      }
      return { because: wordsOf(error) };
    }
  }

  async function insist<T>(
    path: string,
    call: Call,
    within: () => AbortSignal,
    read: (said: Response) => T | Promise<T>,
  ): Promise<T> {
    const since = performance.now();
    for (let tries = 0; ; tries += 1) {
      const found = await attempt(path, call, within(), read);
      if ('done' in found) {
        trouble('');
        return found.done;
      }
      const delayMs = found.afterMs ?? retryDelay(tries);
      if (performance.now() - since + delayMs > patienceMs) {
        const waited = Math.round((performance.now() - since) / 1_000);
        throw new Stop(EXIT.unreachable, `${url} cannot be used, tried for ${waited} s: ${found.because}`);
      }
      trouble(found.because);
      await pause(delayMs, signal);
    }
  }

  async function call<T>(path: string, wanted: Call = {}): Promise<Answer<T>> {
    const withinMs = wanted.withinMs ?? ANSWER_WITHIN_MS;
    return insist(
      path,
      wanted,
      () => AbortSignal.timeout(withinMs),
      async (said) => {
        const text = await said.text();
        const body = (text === '' ? undefined : JSON.parse(text)) as T;
        return { status: said.status, headers: said.headers, body };
      },
    );
  }

  return {
    url,
    token,

    /** The answer as a whole. */
    call,

    /** The body of the answer to a GET. */
    get: async <T>(path: string): Promise<T> => (await call<T>(path)).body,

    /**
     * The body of an answer while it comes. Ends when the answer does, when the connection breaks, and when nothing
     * came for `silenceMs`: which of them is for the reader to find out.
     */
    async *stream(path: string, headers: Readonly<Record<string, string>>, silenceMs: number) {
      let hangUp = new AbortController();
      let watchdog: NodeJS.Timeout | undefined;
      const within = (): AbortSignal => {
        clearTimeout(watchdog);
        hangUp = new AbortController();
        watchdog = setTimeout(() => hangUp.abort(), silenceMs);
        return hangUp.signal;
      };
      try {
        const { body } = await insist(path, { headers }, within, (said) => said);
        for await (const chunk of brokenOff((body ?? []) as AsyncIterable<Uint8Array>)) {
          watchdog?.refresh();
          yield chunk;
        }
      } finally {
        clearTimeout(watchdog);
        hangUp.abort();
      }
    },
  };

  async function* brokenOff(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* chunks;
    } catch (error) {
      signal.throwIfAborted();
      trouble(wordsOf(error));
    }
  }
}

export type ApiClient = ReturnType<typeof createApiClient>;

function initOf({ method = 'GET', body, headers, upload }: Call, token: string): RequestInit {
  return {
    method,
    // Following a redirect would turn a POST into a GET.
    redirect: 'manual',
    headers: {
      accept: 'application/json',
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(upload && { body: upload(), duplex: 'half' as const }),
  };
}

/** Why the same request may succeed a little later; undefined for any other answer. */
async function refusedForNow(
  said: Response,
  again: Call['again'],
): Promise<{ because: string; afterMs?: number } | undefined> {
  if (!(again === 'never' ? NOTHING_DONE : TRANSIENT).has(said.status)) return undefined;
  const problem = await problemOf(said);
  // The API has waited for a worker as long as it is worth.
  if (problem?.code === 'plan.timeout') throw refusalOf(said, problem);
  const after = Number(said.headers.get('retry-after') ?? Number.NaN);
  const because = `it answered ${said.status}${problem ? ` ${problem.title}` : ''}`;
  return { because, ...(Number.isFinite(after) && { afterMs: after * 1_000 }) };
}
