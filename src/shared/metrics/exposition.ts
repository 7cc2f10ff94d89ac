import type { ServerResponse } from 'node:http';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { startSideServer, type SideServer } from '../side-server.js';

/** The metrics of one process. */
export type Exposition = Registry;

/** The metrics of one process for Prometheus, beside those of Node itself. Each of its parts registers its own. */
export function createExposition(): Exposition {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}

/** Answers a scrape; 500 with a sentence when a metric cannot be told, so that a gap is never taken for zero. */
export async function answerScrape(registry: Exposition, response: ServerResponse): Promise<void> {
  try {
    const text = await registry.metrics();
    response.writeHead(200, { 'content-type': registry.contentType, 'cache-control': 'no-store' }).end(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    response.writeHead(500, { 'content-type': 'text/plain' }).end(`The metrics cannot be told: ${reason}\n`);
  }
}

/** Serves `/metrics` and nothing else, on a port of its own; 0 takes any free one. Throws when the port is taken. */
export function serveExposition(registry: Exposition, host: string, port: number): Promise<SideServer> {
  return startSideServer(host, port, (request, response) => {
    if (request.url?.split('?')[0] === '/metrics') void answerScrape(registry, response);
    else response.writeHead(404, { 'content-type': 'text/plain' }).end('Here is /metrics alone\n');
  });
}
