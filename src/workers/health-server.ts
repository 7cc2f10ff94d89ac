import type { Redis } from 'ioredis';
import { answerScrape, type Exposition } from '../shared/metrics/exposition.js';
import { startSideServer, type SideServer } from '../shared/side-server.js';

/** Redis must answer within this time, in milliseconds; probes of Kubernetes wait for at least a second. */
const REDIS_WITHIN_MS = 800;

interface HealthDeps {
  readonly redis: Pick<Redis, 'ping'>;
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  readonly exposition: Exposition;
}

/** What a supervisor of a worker may ask. */
export interface HealthServer extends SideServer {
  /** From now on it calls itself unready. */
  drain(): void;
}

/**
 * `/livez` answers as long as the event loop turns: Redis being away is no reason to start a worker anew. `/readyz`
 * answers 200 while the worker takes deployments and Redis answers, else 503 with the reason; `/metrics` for
 * Prometheus. Throws when the port is taken.
 */
export async function startHealthServer({
  redis,
  host,
  port,
  exposition,
}: HealthDeps): Promise<HealthServer> {
  let isDraining = false;

  async function unreadiness(): Promise<string | undefined> {
    if (isDraining) return 'it hands over what it carries';
    return within(redis.ping(), REDIS_WITHIN_MS).then(
      () => undefined,
      (error: unknown) => `Redis did not answer: ${error instanceof Error ? error.message : String(error)}`,
    );
  }

  const server = await startSideServer(host, port, (request, response) => {
    const answer = (status: number, body: object) =>
      response
        .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
        .end(JSON.stringify(body));
    const path = request.url?.split('?')[0];
    if (path === '/metrics') void answerScrape(exposition, response);
    else if (path === '/livez') answer(200, { status: 'ok' });
    else if (path === '/readyz')
      void unreadiness().then((detail) =>
        detail === undefined ? answer(200, { status: 'ok' }) : answer(503, { status: 'unavailable', detail }),
      );
    else answer(404, { status: 'unknown', detail: 'A worker answers /livez, /readyz and /metrics' });
  });
  return {
    ...server,
    drain() {
      isDraining = true;
    },
  };
}

async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
