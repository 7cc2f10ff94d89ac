import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError, noSuchPath } from '../api-error.js';
import type { ServerCertificate } from '../tls.js';
import { review } from './access-reviews.js';
import { newCall } from './call-log.js';
import { control, type Controls } from './control.js';
import { discover } from './discovery.js';
import type { Fault } from './faults.js';
import { openApiV3 } from './openapi.js';
import { denied, isAllowed, type Wish } from './rbac.js';
import { parseJson, readBody, targetOf, verbOf, type ApiRequest, type Target } from './request.js';
import { serveResource } from './resources.js';
import { sendError, sendJson } from './respond.js';
import { serveUpgrades } from './upgrades.js';
import type { WatchHub } from './watch.js';

/** The listening API server. */
export interface ApiServer {
  port: number;
  server: Server;
  /** Cuts every connection and stops listening. */
  close(): Promise<void>;
}

/** Serves the API over HTTPS on the loopback. */
export async function startApiServer(
  controls: Controls,
  hub: WatchHub,
  certificate: ServerCertificate,
  port: number,
): Promise<ApiServer> {
  const server = createServer({ cert: certificate.cert, key: certificate.key }, (raw, reply) => {
    void answer(controls, hub, raw, reply);
  });
  // Watches and followed logs stay open as long as their readers like.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 60_000;
  const cutUpgraded = serveUpgrades(server, controls);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    server,
    async close() {
      hub.end();
      cutUpgraded();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  controls: Controls,
  hub: WatchHub,
  raw: IncomingMessage,
  reply: ServerResponse,
): Promise<void> {
  const url = new URL(raw.url ?? '/', 'https://localhost');
  try {
    if (url.pathname.startsWith('/_sim/')) {
      const request = requestOf(raw, reply, url, ANONYMOUS);
      const body = parseJson(request, await readBody(request));
      return sendJson(reply, 200, control(controls, request.method, url.pathname, body));
    }
    await handle(controls, hub, raw, reply, url);
  } catch (error) {
    sendError(reply, error instanceof ApiError ? error : unexpected(error));
  }
}

const ANONYMOUS = { name: 'system:anonymous', groups: [], rules: [], namespaces: undefined };

async function handle(
  controls: Controls,
  hub: WatchHub,
  raw: IncomingMessage,
  reply: ServerResponse,
  url: URL,
): Promise<void> {
  const { cluster, kubelet, faults, calls, tokens } = controls;
  const call = newCall(raw, url);
  calls.add(call);
  reply.once('finish', () => {
    call.code = reply.statusCode;
  });
  const identity = tokens.authenticate(raw.headers.authorization);
  call.user = identity.name;
  const request = requestOf(raw, reply, url, identity);
  const target = targetOf(cluster.registry, url.pathname);
  const wish = target === undefined ? undefined : wishOf(request, target);
  Object.assign(call, wish);
  const fault = faults.take(wish ?? { verb: call.verb }, url.pathname, identity.name);
  if ((await intercept(fault, request)) === 'stop') return;
  if (target === undefined || wish === undefined) return serveOther(controls, request);
  if (!isAllowed(cluster, identity, wish)) throw denied(identity, wish);
  if (fault?.kind === 'reset-after-commit') muteReply(reply);
  await serveResource({ cluster, kubelet, hub }, request, target, fault);
}

async function serveOther(controls: Controls, request: ApiRequest): Promise<void> {
  const { path, reply, method } = request;
  if (PLAIN[path] !== undefined) return sendJson(reply, 200, PLAIN[path]);
  if (['/healthz', '/livez', '/readyz'].includes(path)) {
    reply.writeHead(200, { 'content-type': 'text/plain' }).end('ok');
    return;
  }
  const { cluster, tokens } = controls;
  if (path.startsWith('/openapi/v3')) {
    const document = openApiV3(cluster.registry, path);
    if (document !== undefined) return sendJson(reply, 200, document);
  }
  if (method === 'POST') {
    const identity = tokens.authenticate(request.raw.headers.authorization);
    const answer = review(cluster, identity, path, parseJson(request, await readBody(request)));
    if (answer !== undefined) return sendJson(reply, 201, answer);
  }
  const found = discover(cluster.registry, path, request.raw.headers.accept ?? '');
  if (found === undefined) throw noSuchPath();
  reply.writeHead(200, { 'content-type': found.type });
  reply.end(JSON.stringify(found.body));
}

const PLAIN: Record<string, unknown> = {
  '/version': {
    major: '1',
    minor: '32',
    gitVersion: 'v1.32.0-sim',
    gitCommit: '0000000000000000000000000000000000000000',
    gitTreeState: 'clean',
    buildDate: '2025-01-01T00:00:00Z',
    goVersion: 'go1.23',
    compiler: 'gc',
    platform: 'linux/amd64',
  },
};

// Faults that keep the call from being served at all.
async function intercept(fault: Fault | undefined, { raw }: ApiRequest): Promise<'stop' | 'go on'> {
  if (fault === undefined) return 'go on';
  if (fault.kind === 'drop-connection') raw.socket.destroy();
  if (fault.kind === 'drop-connection' || fault.kind === 'hang') return 'stop';
  if (fault.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
  if (fault.kind !== 'status') return 'go on';
  const details = fault.retryAfter === undefined ? {} : { retryAfterSeconds: fault.retryAfter };
  const [reason, text] = REASONS[fault.code] ?? [
    'InternalError',
    'an error on the server has prevented the request',
  ];
  throw new ApiError(fault.code, reason, fault.message ?? text, details);
}

const REASONS: Record<number, [string, string]> = {
  401: ['Unauthorized', 'Unauthorized'],
  403: ['Forbidden', 'forbidden by a fault of the simulator'],
  409: [
    'Conflict',
    'the object has been modified; please apply your changes to the latest version and try again',
  ],
  429: ['TooManyRequests', 'Too many requests, please try again later.'],
  500: ['InternalError', 'etcdserver: leader changed'],
  503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
  504: ['Timeout', 'Timeout: request did not complete within the allotted timeout'],
};

// The write is committed, but the client sees its connection die instead of the answer.
function muteReply(reply: ServerResponse): void {
  reply.writeHead = () => {
    reply.destroy();
    return reply;
  };
  reply.end = () => reply;
}

function wishOf(request: ApiRequest, target: Target): Wish {
  const { type, namespace, name, subresource } = target;
  return {
    verb: verbOf(request, target),
    group: type.group,
    resource: type.plural,
    subresource,
    // The namespace of a namespace is itself for the authorizer.
    namespace: type.kind === 'Namespace' && type.group === '' ? name : namespace,
    name,
  };
}

function requestOf(
  raw: IncomingMessage,
  reply: ServerResponse,
  url: URL,
  identity: ApiRequest['identity'],
): ApiRequest {
  return { raw, reply, method: raw.method ?? 'GET', path: url.pathname, query: url.searchParams, identity };
}

function unexpected(error: unknown): ApiError {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new ApiError(500, 'InternalError', `Internal error occurred in the simulator: ${text}`);
}
