import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import type { AddressGuard } from '../checks/address-guard.js';

/** Most of an answer that is read, in bytes. */
const MOST_BODY = 262_144;
/** How long one request may take, in milliseconds. */
const WITHIN_MS = 15_000;

export interface Outgoing {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Answered {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Sends one request to an address that somebody configured; follows no redirect. Rejects when there is no answer in time. */
export type SendRequest = (outgoing: Outgoing, signal: AbortSignal) => Promise<Answered>;

/** Requests that reach only what the guard allows. */
export function createSender(guard: AddressGuard): SendRequest {
  return (outgoing, signal) => {
    const url = new URL(outgoing.url);
    const refused = isIP(bare(url)) > 0 ? guard.refusal(bare(url)) : undefined;
    if (refused) return Promise.reject(new Error(refused));
    return send(url, outgoing, guard, AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]));
  };
}

function send(
  url: URL,
  { method, headers, body }: Outgoing,
  { lookup }: AddressGuard,
  signal: AbortSignal,
): Promise<Answered> {
  const begin = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = begin(
      url,
      { method, lookup, signal, agent: false, headers: { 'user-agent': 'beanpod', ...headers } },
      (response) => {
        let text = '';
        const finish = () =>
          resolve({ status: response.statusCode ?? 0, body: text, headers: response.headers });
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
          if (text.length < MOST_BODY) return;
          finish();
          response.destroy();
        });
        response.on('end', finish);
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

function bare(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}
