import autocannon from 'autocannon';
import { Pool } from 'undici';
import { percentile } from './figures.js';

const CONNECTIONS = 64;

/** One measured burst of requests. Times are milliseconds. */
export interface Burst {
  readonly perSecond: number;
  readonly answered: number;
  readonly p50: number;
  readonly p99: number;
  readonly failed: number;
}

interface Aim {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers?: Record<string, string>;
  readonly body?: () => string;
  readonly seconds: number;
}

/** As many requests as 64 connections get through, each the next one as soon as it has its answer. */
export async function fire({ url, method, headers = {}, body, seconds }: Aim): Promise<Burst> {
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: seconds,
    requests: [
      {
        method,
        headers,
        setupRequest: (request) => (body ? { ...request, body: body() } : request),
      },
    ],
  });
  const { requests, latency, non2xx, errors } = result;
  return {
    perSecond: requests.average,
    answered: requests.total,
    p50: latency.p50,
    p99: latency.p99,
    failed: non2xx + errors,
  };
}

/**
 * So many requests a second, evenly, whether or not the ones before were answered; each counts from the moment when it
 * was due. autocannon sends those of a second all at once, which is full load, and adds latencies that nobody had.
 */
export async function pace({
  url,
  method,
  headers = {},
  body,
  seconds,
  rate,
}: Aim & { readonly rate: number }): Promise<Burst> {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: CONNECTIONS, pipelining: 1 });
  const took: number[] = [];
  let failed = 0;
  const ask = async (due: number) => {
    const answer = await pool.request({ path: pathname, method, headers, ...(body && { body: body() }) });
    await answer.body.dump();
    took.push(performance.now() - due);
    if (answer.statusCode >= 300) failed += 1;
  };
  const asked: Promise<void>[] = [];
  const started = performance.now();
  while (asked.length < seconds * rate) {
    const due = started + (asked.length * 1_000) / rate;
    const early = due - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    asked.push(ask(due));
  }
  await Promise.all(asked);
  await pool.close();
  return {
    perSecond: rate,
    answered: took.length,
    p50: percentile(took, 0.5),
    p99: percentile(took, 0.99),
    failed,
  };
}

/** The middle of some figures. */
export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
