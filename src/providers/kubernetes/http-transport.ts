import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, type Dispatcher } from 'undici';
import type { ObserveCall } from '../surroundings.js';
import type { TokenSource } from './connect/token-source.js';
import { operationOf } from './call-name.js';
import { linesOf } from './http-lines.js';
import { statusError } from './http-status.js';
import { KubeConnectionError, KubeStatusError, type KubeRequest, type KubeTransport } from './transport.js';

/** Where the API server of one cluster is and how both sides prove who they are. */
export interface ClusterAddress {
  /** `https://host:port`, with a path when a gateway stands in front. */
  readonly server: string;
  /** PEM of the authority; the public ones when absent. */
  readonly authority?: string;
  /** PEM pair of the client, for clusters without tokens. */
  readonly certificate?: { readonly cert: string; readonly key: string };
  /** Name to prove in the server's certificate, when it is reached under another one. */
  readonly serverName?: string;
}

const READ_MS = 30_000;
const WRITE_MS = 10_000;
const CONNECT_MS = 10_000;

/** Sockets for calls with an end. Watches and followed logs have a pool of their own, so they can never starve these. */
const MOST_CALL_SOCKETS = 64;

/** Tries of one read, the first included; writes are tried again by the steps, which look first. */
const MOST_TRIES = 4;
const LONGEST_PAUSE_MS = 5_000;

/** Codes of undici and Node for calls that never left. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** A transport over pooled HTTP/1.1 connections. `close` cuts what is still open. */
export function createHttpTransport(
  address: ClusterAddress,
  tokens: TokenSource,
  observe: ObserveCall = (_, send) => send(),
): KubeTransport {
  const base = address.server.replace(/\/+$/, '');
  const connect = {
    timeout: CONNECT_MS,
    ...(address.authority && { ca: address.authority }),
    ...(address.certificate && { cert: address.certificate.cert, key: address.certificate.key }),
    ...(address.serverName && { servername: address.serverName }),
  };
  // undici's own limits would cut quiet watches after five minutes; every call here has a signal instead.
  const patience = { headersTimeout: 0, bodyTimeout: 0, connect };
  const calls = new Agent({ ...patience, connections: MOST_CALL_SOCKETS });
  const streams = new Agent(patience);

  async function open(
    request: KubeRequest,
    dispatcher: Agent,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    for (let refusals = 0; ; refusals += 1) {
      const token = await tokens.token(signal);
      const call = { system: 'kubernetes', operation: operationOf(request), isThrottled };
      try {
        return await observe(call, () => ask(request, dispatcher, signal, token));
      } catch (error) {
        // A refused token proves that nothing was carried out, so even a write may be sent again.
        const isRefused = error instanceof KubeStatusError && error.status === 401;
        if (!isRefused || token === undefined || refusals > 0) throw error;
        tokens.refused(token);
      }
    }
  }

  async function ask(
    request: KubeRequest,
    dispatcher: Agent,
    signal: AbortSignal,
    token: string | undefined,
  ): Promise<Dispatcher.ResponseData> {
    const answer = await dispatcher.request({
      origin: new URL(base).origin,
      path: pathOf(base, request),
      method: request.method,
      headers: headersOf(request, token),
      signal,
      ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
    });
    if (answer.statusCode < 400) return answer;
    throw statusError(answer.statusCode, await answer.body.text(), headerOf(answer, 'retry-after'));
  }

  async function once(request: KubeRequest): Promise<string> {
    const limit = request.timeoutMs ?? (request.method === 'GET' ? READ_MS : WRITE_MS);
    const signal = AbortSignal.any([request.signal, AbortSignal.timeout(limit)]);
    try {
      const answer = await open(request, calls, signal);
      return await answer.body.text();
    } catch (error) {
      throw explained(error, request);
    }
  }

  async function text(request: KubeRequest): Promise<string> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await once(request);
      } catch (error) {
        const pause = tries < MOST_TRIES && request.method === 'GET' ? pauseAfter(error, tries) : undefined;
        if (pause === undefined) throw error;
        await sleep(pause, undefined, { signal: request.signal });
      }
    }
  }

  return {
    text,

    async send<T>(request: KubeRequest): Promise<T> {
      const body = await text(request);
      try {
        return JSON.parse(body) as T;
      } catch (error) {
        throw new KubeConnectionError(`The answer to ${request.path} is not JSON`, true, error);
      }
    },

    async *lines(request) {
      try {
        const answer = await open(request, streams, request.signal);
        for await (const line of linesOf(answer.body as AsyncIterable<Uint8Array>)) {
          if (request.signal.aborted) return;
          yield line;
        }
      } catch (error) {
        if (request.signal.aborted) return;
        throw explained(error, request);
      }
    },

    async passage(path, signal) {
      const token = await tokens.token(signal);
      const { timeout: _, ...tls } = connect;
      return {
        url: `${base}${path}`,
        headers: {
          'user-agent': 'beanpod',
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        },
        tls,
        refused: () => token !== undefined && tokens.refused(token),
      };
    },

    async close() {
      await Promise.all([calls.destroy(), streams.destroy()]);
    },
  };
}

/** Milliseconds until a read may be tried again, `undefined` when that would not help. */
function pauseAfter(error: unknown, tries: number): number | undefined {
  const growing = 100 * 2 ** tries * (0.75 + Math.random() / 2);
  if (error instanceof KubeConnectionError) return growing;
  if (!(error instanceof KubeStatusError) || (error.status !== 429 && error.status < 500)) return undefined;
  const asked = error.retryAfter === undefined ? growing : error.retryAfter * 1_000;
  return asked <= LONGEST_PAUSE_MS ? asked : undefined;
}

function isThrottled(error: unknown): boolean {
  return error instanceof KubeStatusError && error.status === 429;
}

function explained(error: unknown, { signal, method, path }: KubeRequest): unknown {
  if (error instanceof KubeStatusError || error instanceof KubeConnectionError) return error;
  if (signal.aborted) return signal.reason;
  const { message, code, cause } = error as Error & { code?: string };
  const deeper = cause as (Error & { code?: string }) | undefined;
  const sent = !NOT_SENT.has(code ?? deeper?.code ?? '');
  return new KubeConnectionError(`${method} ${path}: ${deeper?.message ?? message}`, sent, error);
}

function pathOf(base: string, { path, query = {} }: KubeRequest): string {
  const asked = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const search = asked.length > 0 ? `?${new URLSearchParams(asked).toString()}` : '';
  return `${new URL(base).pathname.replace(/\/$/, '')}${path}${search}`;
}

function headersOf(request: KubeRequest, token: string | undefined): Record<string, string> {
  return {
    accept: request.accept ?? 'application/json',
    'user-agent': 'beanpod',
    ...(request.body !== undefined && { 'content-type': request.contentType ?? 'application/json' }),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
}

function headerOf(answer: Dispatcher.ResponseData, name: string): string | undefined {
  const value = answer.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
