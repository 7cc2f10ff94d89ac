import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server beside the work of a process, for those who watch over it. */
export interface SideServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves supervisors and scrapers: few, small and fast requests. Port 0 takes any free one. Throws when the port is taken. */
export async function startSideServer(
  host: string,
  port: number,
  answer: RequestListener,
): Promise<SideServer> {
  const server = createServer({ headersTimeout: 5_000, requestTimeout: 5_000, maxHeaderSize: 4_096 }, answer);
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
