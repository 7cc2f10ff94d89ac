import { Histogram } from 'prom-client';
import type { Exposition } from './exposition.js';

/** One request that was answered, or whose caller left. */
export interface Answered {
  readonly method: string;
  /** The template of its address, `/v1/services/{service}`. */
  readonly route: string;
  readonly status: number;
  /** `waiting`: it was held open on purpose, as long polls and live answers are. */
  readonly mode: 'prompt' | 'waiting';
  readonly seconds: number;
}

/** How long requests take, by route. Labels are those of the table of routes, never what a caller wrote. */
export function registerHttpMetrics(registry: Exposition): (answered: Answered) => void {
  const durations = new Histogram({
    name: 'beanpod_http_request_seconds',
    help: 'Duration of requests until the last byte, by route; mode waiting is held open on purpose',
    labelNames: ['method', 'route', 'status', 'mode'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
    registers: [registry],
  });
  return ({ seconds, status, ...labels }) =>
    durations.observe({ ...labels, status: String(status) }, seconds);
}
