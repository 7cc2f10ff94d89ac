import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

import type { CallEnd, Calls } from './calls.js';
import type { Credentials } from './credentials.js';
import type { FaultKind, FaultRequest, Faults } from './faults.js';
import { internalFailure, refusalOf } from './refusals.js';
import { signerOf } from './signature.js';
import type { WireRequest } from './signature.js';

/** An HTTP answer that is ready to be sent. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  /** The error code inside the body; present exactly when the call was refused. */
  readonly code?: string;
}

/** One call, recognised: which operation of which service it asks for and how to serve or refuse it. */
export interface Recognised {
  readonly service: 'elasticbeanstalk' | 's3' | 'sts';
  readonly operation: string;
  readonly params: Readonly<Record<string, string>>;
  readonly mutates: boolean;
  /** Open to callers without credentials (STS AssumeRoleWithWebIdentity). */
  readonly anonymous?: boolean;
  /** `disturb` takes the answer away after the operation was committed. */
  perform(requestId: string, disturb: (kind: FaultKind) => void): Promise<Answer>;
  refuse(status: number, code: string, message: string, requestId: string): Answer;
  /** What a caller sees when IAM hides the resource; undefined when this operation then answers as usual. */
  hide(requestId: string): Answer | undefined;
}

/** What an exchange needs from its simulator. */
export interface ExchangeDeps {
  readonly credentials: Credentials;
  readonly faults: Faults;
  readonly calls: Calls;
  readonly newRequestId: () => string;
}

/** Serves one call: records it, checks its signer, lets faults strike before or after the commit, and answers. */
export async function exchange(
  deps: ExchangeDeps,
  wire: { request: WireRequest; recognised: Recognised; response: ServerResponse },
): Promise<void> {
  const { request, recognised, response } = wire;
  const { service, operation, params, mutates } = recognised;
  const requestId = deps.newRequestId();
  const signer = signerOf(request);
  const accessKeyId = signer?.accessKeyId ?? '';
  const finish = deps.calls.begin({
    service,
    operation,
    params,
    mutates,
    requestId,
    accessKeyId,
    region: signer?.region ?? '',
    sessionToken: signer?.sessionToken !== undefined,
    userAgent: request.headers['user-agent'] ?? '',
  });
  const rejection = recognised.anonymous === true ? undefined : deps.credentials.check(request);
  const ended =
    rejection === undefined
      ? await serveSigned(deps, recognised, { requestId, accessKeyId })
      : refused(recognised.refuse(403, rejection.code, rejection.message, requestId));
  finish(ended.end);
  if (ended.answer !== undefined) send(response, ended.answer);
  else if (ended.end.outcome === 'reset') response.socket?.destroy();
}

/** Reads a request to its end, as it came over the wire. */
export async function readWire(message: IncomingMessage): Promise<WireRequest> {
  const pieces: Buffer[] = [];
  for await (const piece of message) pieces.push(piece as Buffer);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(',') : value;
  }
  const rawUrl = message.url ?? '/';
  return {
    method: message.method ?? 'GET',
    rawUrl,
    url: new URL(rawUrl, `http://${headers['host'] ?? 'localhost'}`),
    headers,
    body: Buffer.concat(pieces),
  };
}

/** Sends an answer; does nothing when the caller has gone. */
export function send(response: ServerResponse, answer: Answer): void {
  if (response.destroyed) return;
  response.writeHead(answer.status, {
    'content-length': String(Buffer.byteLength(answer.body)),
    ...answer.headers,
  });
  response.end(response.req.method === 'HEAD' ? undefined : answer.body);
}

/** How a call ends; without an answer its connection is reset or left hanging. */
interface Ended {
  readonly end: CallEnd;
  readonly answer?: Answer;
}

async function serveSigned(
  deps: ExchangeDeps,
  recognised: Recognised,
  { requestId, accessKeyId }: { requestId: string; accessKeyId: string },
): Promise<Ended> {
  const fault = deps.faults.take(recognised.operation, accessKeyId);
  const struck = fault === undefined ? undefined : strikeBefore(recognised, fault, requestId);
  if (struck !== undefined) return struck;
  if (fault?.kind === 'slow') await pause(fault.delayMs ?? 1_000);
  let disturbance = fault?.kind;
  const answer = await recognised.perform(requestId, (kind) => (disturbance = kind));
  if (answer.code !== undefined) return refused(answer);
  return strikeAfter(disturbance) ?? sent(recognised, { answer, disturbance, requestId });
}

function strikeBefore(recognised: Recognised, fault: FaultRequest, requestId: string): Ended | undefined {
  const { kind } = fault;
  if (kind === 'reset' || kind === 'hang') {
    const outcome = kind === 'reset' ? 'reset' : 'hung';
    return { end: { outcome, committed: false, status: 0, code: kind } };
  }
  if (kind === 'hidden') {
    const answer = recognised.hide(requestId);
    return answer === undefined ? undefined : { end: endOf(answer, 'accepted'), answer };
  }
  const refusal = refusalOf(kind);
  if (refusal === undefined) return undefined;
  const denied = `User is not authorized to perform: ${recognised.service}:${recognised.operation}`;
  const message = fault.message ?? (kind === 'access-denied' ? denied : refusal.message);
  return refused(recognised.refuse(refusal.status, refusal.code, message, requestId));
}

function strikeAfter(disturbance: FaultKind | undefined): Ended | undefined {
  if (disturbance !== 'reset-after-accept' && disturbance !== 'hang-after-accept') return undefined;
  const outcome = disturbance === 'reset-after-accept' ? 'reset' : 'hung';
  return { end: { outcome, committed: true, status: 0, code: disturbance } };
}

function sent(
  recognised: Recognised,
  done: { answer: Answer; disturbance: FaultKind | undefined; requestId: string },
): Ended {
  if (done.disturbance !== 'error-after-accept') {
    return { end: { ...endOf(done.answer, 'accepted'), committed: true }, answer: done.answer };
  }
  const answer = recognised.refuse(500, 'InternalFailure', internalFailure, done.requestId);
  return { end: { ...endOf(answer, 'accepted'), committed: true, code: done.disturbance }, answer };
}

function refused(answer: Answer): Ended {
  return { end: endOf(answer, 'refused'), answer };
}

function endOf(answer: Answer, outcome: CallEnd['outcome']): CallEnd {
  const code = answer.code === undefined ? {} : { code: answer.code };
  return { outcome, committed: false, status: answer.status, ...code };
}
