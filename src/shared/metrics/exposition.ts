import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { collectDefaultMetrics, Registry } from 'prom-client';

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
export async function serveExposition(
  registry: Exposition,
  host: string,
  port: number,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer(
    { headersTimeout: 5_000, requestTimeout: 5_000, maxHeaderSize: 4_096 },
    (request, response) => {
      if (request.url?.split('?')[0] === '/metrics') void answerScrape(registry, response);
      else response.writeHead(404, { 'content-type': 'text/plain' }).end('Here is /metrics alone\n');
    },
  );
  server.maxConnections = 50;
  server.listen(port, host);
  await once(server, 'listening');
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${host === '0.0.0.0' || host === '::' ? 'localhost' : host}:${taken}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
