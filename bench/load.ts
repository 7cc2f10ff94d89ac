import autocannon from 'autocannon';

/** One measured burst of requests. Times are milliseconds. */
export interface Burst {
  readonly perSecond: number;
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
  /** Requests per second in all; as many as possible when absent. */
  readonly rate?: number;
}

/** 64 connections, as the measurements of docs/performance.md were taken. */
export async function fire({ url, method, headers = {}, body, seconds, rate }: Aim): Promise<Burst> {
  const result = await autocannon({
    url,
    connections: 64,
    duration: seconds,
    ...(rate && { overallRate: rate }),
    requests: [
      {
        method,
        headers,
        setupRequest: (request) => (body ? { ...request, body: body() } : request),
      },
    ],
  });
  const { requests, latency, non2xx, errors } = result;
  return { perSecond: requests.average, p50: latency.p50, p99: latency.p99, failed: non2xx + errors };
}

/** The middle of some figures. */
export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
