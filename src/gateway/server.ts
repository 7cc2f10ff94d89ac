import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from '../shared/log/logger.js';
import { GatewayRefusal } from './gateway-refusal.js';

/** A stream says something at least so often, in milliseconds, so that a dead connection is noticed. */
const PING_MS = 15_000;
const MOST_BODY_BYTES = 1024 * 1024;

/** What a call is answered: a whole value, or server-sent events until they end. */
export type Answer =
  | { readonly kind: 'json'; readonly body: unknown }
  | { readonly kind: 'events'; readonly events: AsyncIterable<string> };

/** A call of the API. `signal` aborts when it hangs up, or when the process shuts down. */
export interface Call {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly address: string;
  readonly body: unknown;
  readonly signal: AbortSignal;
}

export interface ServerDeps {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  readonly logger: Logger;
  /** Throws a GatewayRefusal to say no. */
  answer(call: Call): Promise<Answer>;
  ready(): Promise<boolean>;
}

/** The gateway on the wire: `POST /live/<purpose>` with a ticket, and the probes. Throws when the port is taken. */
export async function startServer({ host, port, logger, answer, ready }: ServerDeps) {
  const closing = new AbortController();
  const server = createServer(
    { maxHeaderSize: 16_384, headersTimeout: 10_000, requestTimeout: 20_000, keepAliveTimeout: 65_000 },
    (request, response) => {
      serve(request, response).catch((error: unknown) => refuse(response, error));
    },
  );

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = ''] = (request.url ?? '').split('?');
    if (path === '/livez') return sendJson(response, 200, { status: 'ok' });
    if (path === '/readyz') {
      const isReady = !closing.signal.aborted && (await ready());
      return sendJson(response, isReady ? 200 : 503, { status: isReady ? 'ok' : 'unavailable' });
    }
    if (request.method !== 'POST') return sendJson(response, 405, { status: 'POST a ticket' });
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const signal = AbortSignal.any([gone.signal, closing.signal]);
    const { authorization } = request.headers;
    const address = request.socket.remoteAddress ?? 'unknown';
    const given = await answer({ path, authorization, address, body: await bodyOf(request), signal });
    if (given.kind === 'json') return sendJson(response, 200, given.body);
    await sendEvents(response, given.events);
  }

  function refuse(response: ServerResponse, error: unknown): void {
    if (response.destroyed) return;
    if (response.headersSent) {
      logger.warn('a live stream broke', { error: String(error) });
      response.destroy();
      return;
    }
    if (error instanceof GatewayRefusal) return sendJson(response, error.status, error.problem);
    logger.error('a live call failed', { error: error instanceof Error ? error.stack : String(error) });
    sendJson(response, 500, { code: 'internal.error', detail: 'The log of the gateway has the cause' });
  }

  server.maxConnections = 5_000;
  server.listen(port, host);
  await once(server, 'listening');
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${host === '0.0.0.0' || host === '::' ? 'localhost' : host}:${taken}`,
    server,
    closing: closing.signal,
    async close(): Promise<void> {
      closing.abort();
      const closed = new Promise((resolve) => server.close(resolve));
      const late = setTimeout(() => server.closeAllConnections(), 2_000);
      server.closeIdleConnections();
      await closed;
      clearTimeout(late);
    },
  };
}

/** Waits for a slow reader before it takes the next events: whoever makes them decides what to keep meanwhile. */
async function sendEvents(response: ServerResponse, events: AsyncIterable<string>): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write(': following\n\n');
  const ping = setInterval(() => {
    if (!response.writableNeedDrain) response.write('event: ping\ndata: {}\n\n');
  }, PING_MS);
  try {
    for await (const event of events) {
      if (response.destroyed) return;
      if (!response.write(event)) await drained(response);
    }
  } finally {
    clearInterval(ping);
  }
  response.end();
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    if (response.destroyed) return resolve();
    const finish = () => {
      response.off('drain', finish);
      response.off('close', finish);
      resolve();
    };
    response.once('drain', finish);
    response.once('close', finish);
  });
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BODY_BYTES) throw new GatewayRefusal('live.failed', 'The body is larger than 1 MB');
    chunks.push(chunk);
  }
  return size === 0 ? {} : (JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown);
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(JSON.stringify(body));
}
