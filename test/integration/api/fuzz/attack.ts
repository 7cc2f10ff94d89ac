import fc from 'fast-check';
import { Pool } from 'undici';
import { undescribed } from '../../../support/described.js';
import { asCurl } from './as-curl.js';
import type { Fuzz } from './requests.js';

const AT_ONCE = 24;
/** Whatever takes longer hangs: nothing here has to wait for a worker, and waits are taken out. */
const HANGS_AFTER_MS = 15_000;
/** Requests that are held at once, so that a long run does not hold all of its own. */
const PORTION = 200;
/** Most findings of one route that are looked into. */
const ENOUGH = 3;
const SHRINKS_FOR_MS = 20_000;

/**
 * Refusals with a 503 and a `Retry-After` that are right here: nothing has ended, and so many at once sign in, or change
 * the configuration whenever one of them is judged by it.
 */
const LATER = /"code":"(deployment\.unfinished|configuration\.moving|session\.busy)"/;
/** There is no gateway here, and asking again would not bring one. */
const NEVER = /"code":"live\.no-gateway"/;

function isDesigned(status: number, text: string, retryAfter: string | undefined): boolean {
  if (retryAfter === undefined) return status === 501 && NEVER.test(text);
  return status === 503 && LATER.test(text);
}

/** How often each status was answered to each method, as `PUT 201`. */
export type Tally = Map<string, number>;

/** Sends generated requests to one API, over connections that are kept. */
export function createAttacker(url: string, token: string) {
  const pool = new Pool(url, {
    connections: AT_ONCE,
    headersTimeout: HANGS_AFTER_MS,
    bodyTimeout: HANGS_AFTER_MS,
  });

  /** What is wrong with an answer; undefined when it is one that a caller may get. */
  async function complaint(request: Fuzz, tally?: Tally): Promise<string | undefined> {
    const { path, method, headers, body } = request;
    let seen = 'no answer';
    try {
      const answer = await pool.request({
        path,
        method,
        headers: { ...headers, authorization: `Bearer ${token}` },
        ...(body !== undefined && { body }),
      });
      const status = answer.statusCode;
      seen = String(status);
      const kind = `${method} ${status}`;
      tally?.set(kind, (tally.get(kind) ?? 0) + 1);
      const fields = textual(answer.headers);
      const type = fields['content-type'] ?? '';
      // Live answers do not end.
      if (type.startsWith('text/event-stream')) {
        answer.body.on('error', () => undefined).destroy();
        return undefined;
      }
      const text = await answer.body.text();
      if (status >= 500 && !isDesigned(status, text, fields['retry-after'])) return `${status} ${text}`;
      if (type.startsWith('text/html')) return undefined;
      return undescribed(method.toLowerCase(), path, { status, headers: fields, text, body: undefined });
    } catch (error) {
      return `${seen}, then ${error instanceof Error ? `${error.name} ${error.message}` : String(error)}`;
    }
  }

  /** The smallest request that still earns a complaint, when one can be found again. */
  async function shrunk(requests: fc.Arbitrary<Fuzz>, seed: number, numRuns: number): Promise<string> {
    const property = fc.asyncProperty(requests, async (request) => (await complaint(request)) === undefined);
    const found = await fc.check(property, { seed, numRuns, interruptAfterTimeLimit: SHRINKS_FOR_MS });
    const [least] = found.counterexample ?? [];
    return least ? `smallest: ${asCurl(least)}` : 'not seen again when sent one by one';
  }

  return {
    /** Sends as many requests and answers what was wrong, each with the request as curl, and the smallest one like it. */
    async send(
      requests: fc.Arbitrary<Fuzz>,
      { seed, count, tally }: { seed: number; count: number; tally: Tally },
    ): Promise<readonly string[]> {
      const found: string[] = [];
      for (let done = 0; done < count && found.length < ENOUGH; done += PORTION) {
        const numRuns = Math.min(PORTION, count - done);
        const wanted = fc.sample(requests, { numRuns, seed: seed + done }).values();
        const worker = async () => {
          for (const request of wanted) {
            const wrong = await complaint(request, tally);
            if (wrong !== undefined) found.push(`${wrong.slice(0, 600)}\n  ${asCurl(request)}`);
          }
        };
        await Promise.all(Array.from({ length: AT_ONCE }, worker));
        if (found.length > 0) found.splice(ENOUGH, Infinity, await shrunk(requests, seed + done, numRuns));
      }
      return found;
    },
    close: () => pool.close(),
  };
}

function textual(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}
