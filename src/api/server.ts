import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';

/** Milliseconds that requests under way get to finish when the server closes. */
const FINISH_WITHIN_MS = 10_000;

/**
 * Listens, with limits for slow and greedy clients: heads must come within 10 s and 16 KB; bodies are limited by
 * their routes, and an upload may take half an hour. Connections beyond so many are closed at once. Throws when the port is taken.
 */
export async function listen(
  app: Express,
  host: string,
  port: number,
  connections: number,
): Promise<{ url: string; http: Server; close(): Promise<void> }> {
  const server = createServer(
    {
      maxHeaderSize: 16_384,
      headersTimeout: 10_000,
      requestTimeout: 30 * 60_000,
      connectionsCheckingInterval: 1_000,
      // Longer than the 60 s after which load balancers drop an idle connection, so that they never use a dead one.
      keepAliveTimeout: 65_000,
      requireHostHeader: true,
    },
    app,
  );
  server.maxConnections = connections;
  server.maxRequestsPerSocket = 10_000;
  server.listen(port, host);
  await once(server, 'listening');
  const { port: taken } = server.address() as AddressInfo;
  return {
    http: server,
    url: `http://${host === '0.0.0.0' || host === '::' ? 'localhost' : host}:${taken}`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // A connection whose last request ends only now is idle, and would be kept open for the next one.
      const idle = setInterval(() => server.closeIdleConnections(), 50);
      const late = setTimeout(() => server.closeAllConnections(), FINISH_WITHIN_MS);
      await closed;
      clearInterval(idle);
      clearTimeout(late);
    },
  };
}
