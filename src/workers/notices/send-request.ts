import type { AddressGuard } from '../checks/address-guard.js';
import { guardedRequest, type Answered, type Outgoing as Request } from '../guarded-request.js';

/** Most of an answer that is read, in characters. */
const MOST_BODY = 262_144;
/** How long one request may take, in milliseconds. */
const WITHIN_MS = 15_000;

export interface Outgoing extends Pick<Request, 'method' | 'headers' | 'body'> {
  readonly url: string;
}

/** Sends one request to an address that somebody configured; follows no redirect. Rejects when there is no answer in time. */
export type SendRequest = (outgoing: Outgoing, signal: AbortSignal) => Promise<Answered>;

/** Requests that reach only what the guard allows. */
export function createSender(guard: AddressGuard): SendRequest {
  return (outgoing, signal) =>
    guardedRequest(
      {
        ...outgoing,
        url: new URL(outgoing.url),
        headers: { 'user-agent': 'beanpod', ...outgoing.headers },
        mostBody: MOST_BODY,
      },
      guard,
      AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]),
    );
}
