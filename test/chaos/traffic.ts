import { setTimeout as sleep } from 'node:timers/promises';
import { randomFrom } from '../support/fault-schedule.js';
import { BAD } from './cloud-protocol.js';
import { ADMIN_TOKEN, type Fleet } from './fleet.js';

interface TrafficOptions {
  readonly fleet: Pick<Fleet, 'of'>;
  readonly cloudUrl: string;
  readonly seed: number;
  readonly targets: number;
}

/** How long one request may take before the client gives up on it, in milliseconds. */
const PATIENCE_MS = 4_000;

/** What a client of the API saw. */
export interface Seen {
  /** Ids of answers 202, by idempotency key. */
  readonly accepted: Map<string, string>;
  /** Requests that were refused for good, by code. */
  readonly refused: Map<string, number>;
  /** Answers 503 and broken or silent connections, each followed by another try. */
  retries: number;
  /** Longest time until an answer or the end of the connection, in milliseconds. */
  slowestMs: number;
  cancels: number;
}

/** CI of many teams: asks for deployments, asks again after no answer, and cancels now and then. */
export function createTraffic({ fleet, cloudUrl, seed, targets }: TrafficOptions) {
  const random = randomFrom(seed);
  const seen: Seen = { accepted: new Map(), refused: new Map(), retries: 0, slowestMs: 0, cancels: 0 };
  const over = new AbortController();

  async function once(
    method: string,
    path: string,
    body: object,
    key?: string,
  ): Promise<Response | undefined> {
    const apis = fleet.of('api');
    const api = apis[Math.floor(random() * apis.length)];
    if (!api) return undefined;
    const started = performance.now();
    try {
      return await fetch(`${api.url}${path}`, {
        method,
        body: JSON.stringify(body),
        headers: {
          authorization: `Bearer ${ADMIN_TOKEN}`,
          'content-type': 'application/json',
          ...(key !== undefined && { 'idempotency-key': key }),
        },
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
    } catch {
      return undefined;
    } finally {
      seen.slowestMs = Math.max(seen.slowestMs, performance.now() - started);
    }
  }

  /** Asks until there is an answer that another try would not change. */
  async function insist(method: string, path: string, body: object, key?: string): Promise<Response> {
    while (!over.signal.aborted) {
      const response = await once(method, path, body, key);
      if (response && response.status < 500) return response;
      seen.retries += 1;
      await sleep(200);
    }
    throw new Error(`No answer to ${method} ${path} ${key ?? ''} before the end of the run`);
  }

  return {
    seen,

    async configure(verify: object): Promise<void> {
      await insist('PUT', '/v1/environments/live', {});
      for (let count = 0; count < targets; count += 1) {
        const service = serviceOf(count);
        await insist('PUT', `/v1/services/${service}`, {});
        const spec = { url: cloudUrl, target: service };
        const response = await insist('PUT', `/v1/targets/${service}/live`, {
          provider: 'chaos',
          spec,
          verify,
        });
        if (!response.ok) throw new Error(`The target was refused: ${await response.text()}`);
      }
    },

    /** Asks for the deployment with this number; what it asks for follows from number and seed alone. */
    async deploy(number: number): Promise<string | undefined> {
      const own = randomFrom(seed * 1_000_003 + number);
      const version = `v${number}${own() < 0.2 ? `-${BAD}` : ''}`;
      const wish = own();
      const onBusy = wish < 0.8 ? 'queue' : wish < 0.95 ? 'supersede' : 'reject';
      const body = {
        service: serviceOf(Math.floor(own() * targets)),
        environment: 'live',
        version,
        onBusy,
        artifact: { type: 'image', image: 'example.com/shop:1' },
      };
      const key = `deployment-${number}`;
      const response = await insist('POST', '/v1/deployments', body, key);
      const answer = (await response.json()) as { id?: string; code?: string };
      if (response.status === 202 && answer.id !== undefined) {
        seen.accepted.set(key, answer.id);
        if (own() < 0.05) void cancel(answer.id, own() * 3_000);
        return answer.id;
      }
      const code = answer.code ?? String(response.status);
      seen.refused.set(code, (seen.refused.get(code) ?? 0) + 1);
      return undefined;
    },

    /** Requests that are still unanswered fail. */
    stop(): void {
      over.abort();
    },
  };

  async function cancel(id: string, afterMs: number): Promise<void> {
    await sleep(afterMs);
    const response = await once('POST', `/v1/deployments/${id}/cancel`, { reason: 'chaos' });
    if (response?.ok) seen.cancels += 1;
  }
}

function serviceOf(number: number): string {
  return `service-${number}`;
}
