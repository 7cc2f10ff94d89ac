import type { Problem } from '../shared/contract/problem.js';
import { REFUSALS, Refusal, type RefusalCode } from './refusal.js';

/** A problem with the headers that go with it. */
export interface Told {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether an operator has to look: the error is ours. */
  readonly defect: boolean;
}

/** Turns whatever was thrown into what the caller may know; the text of an unknown error stays inside. */
export function toProblem(error: unknown, requestId: string): Told {
  const refusal = error instanceof Refusal ? error : recognise(error);
  const { code, message, more } = refusal;
  const { status, title } = REFUSALS[code];
  return {
    problem: {
      type: `/docs/problems/${code}`,
      title,
      status,
      code,
      detail: message,
      requestId,
      ...(more.errors && { errors: [...more.errors] }),
      ...more.members,
    },
    headers: { ...(status === 503 && { 'retry-after': '2' }), ...more.headers },
    defect: code === 'internal.error',
  };
}

/** What body-parser calls its errors, in our words. https://github.com/expressjs/body-parser#errors */
const BODY_ERRORS: Readonly<Record<string, readonly [RefusalCode, string]>> = {
  'entity.too.large': ['request.too-large', 'The body is larger than this address takes'],
  'encoding.unsupported': ['request.media-type', 'Send the body without a Content-Encoding'],
  'request.aborted': ['request.malformed', 'The connection ended before the body did'],
  'request.size.invalid': ['request.malformed', 'The body is not as long as its Content-Length says'],
  'stream.encoding.set': ['internal.error', ''],
};

function recognise(error: unknown): Refusal {
  if (!(error instanceof Error)) return unknown();
  if (isStoreTrouble(error)) {
    return new Refusal(
      'store.unavailable',
      'Redis did not answer; nothing was accepted. Try again in 2 seconds',
    );
  }
  const { type, status } = error as { type?: unknown; status?: unknown };
  const known = typeof type === 'string' ? BODY_ERRORS[type] : undefined;
  if (known) return new Refusal(known[0], known[1]);
  // The router of Express answers 400 for an address with broken percent-encoding.
  if (status === 400) return new Refusal('request.malformed', 'The address or the body cannot be decoded');
  return unknown();
}

function unknown(): Refusal {
  return new Refusal('internal.error', 'The service log has the cause under this request id');
}

const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
]);

/** Errors of ioredis have no common class: names, codes and the words of its messages tell them. */
function isStoreTrouble(error: Error): boolean {
  const { name, message } = error;
  const { code, command, syscall } = error as { code?: unknown; command?: unknown; syscall?: unknown };
  if (name === 'MaxRetriesPerRequestError' || name === 'AbortError') return true;
  if (
    /^(Command timed out|Connection is closed|Stream isn't writeable|Connection is in closing state)/.test(
      message,
    )
  )
    return true;
  if (/^(LOADING|READONLY|OOM|MISCONF|MASTERDOWN|CLUSTERDOWN|NOAUTH|WRONGPASS|BUSY) /.test(message))
    return true;
  return typeof code === 'string' && NETWORK.has(code) && (command !== undefined || syscall !== undefined);
}
