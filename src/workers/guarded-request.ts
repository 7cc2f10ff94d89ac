import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { AddressForbidden, type AddressGuard } from './checks/address-guard.js';

export interface Outgoing {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Characters of the answer after which no more of it is read. */
  readonly mostBody: number;
}

export interface Answered {
  readonly status: number;
  readonly body: string;
}

/** Why an address that is given as such must not be called; a name is judged when it is looked up. */
export function literalRefusal({ hostname }: URL, { refusal }: AddressGuard): string | undefined {
  const literal = hostname.replace(/^\[|\]$/g, '');
  return isIP(literal) > 0 ? refusal(literal) : undefined;
}

/**
 * Sends one request to an address that somebody configured, by a connection of its own; follows no redirect. Rejects
 * with `AddressForbidden` before anything is sent where the guard says no.
 */
export function guardedRequest(
  { method, url, headers, body, mostBody }: Outgoing,
  guard: AddressGuard,
  signal: AbortSignal,
): Promise<Answered> {
  const { lookup } = guard;
  const refused = literalRefusal(url, guard);
  if (refused !== undefined) return Promise.reject(new AddressForbidden(refused));
  const begin = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = begin(url, { method, lookup, signal, agent: false, headers }, (response) => {
      let text = '';
      const finish = () => resolve({ status: response.statusCode ?? 0, body: text });
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        if (text.length < mostBody) return;
        finish();
        response.destroy();
      });
      response.on('end', finish);
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}
