import type { Request, Response } from 'express';
import type { Logger } from '../shared/log/logger.js';
import { toProblem } from './problem.js';
import type { LiveReply, Reply, StreamReply } from './reply.js';

/** Answers are private and never shown as pages; set by hand, since a chain of middleware costs more than the rest. */
const ALWAYS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
};

/** Bytes of a refused body that are worth reading to their end. */
const MOST_DISCARDED = 16 * 1024 * 1024;

/** Writes a reply to the wire. */
export function send(res: Response, reply: Reply, requestId: string): void {
  switch (reply.kind) {
    case 'json':
      return sendJson(res, reply.status, reply.body, { ...reply.headers, 'x-request-id': requestId });
    case 'stream':
      return void sendStream(res, reply, requestId);
    case 'live':
      return sendLive(res, reply, requestId);
  }
}

/** Answers an error as problem+json; logs it when it is ours. */
export function sendProblem(
  req: Request,
  res: Response,
  error: unknown,
  requestId: string,
  logger: Logger,
): void {
  const { problem, headers, defect } = toProblem(error, requestId);
  if (defect) {
    const stack = error instanceof Error ? error.stack : String(error);
    logger.error('request failed', { requestId, method: req.method, path: req.path, error: stack });
  }
  if (res.headersSent) {
    res.destroy();
    return;
  }
  // The rest of a refused body is read and forgotten, so that the caller gets to see the answer; a long rest is cut off.
  req.resume();
  const long = !req.complete && Number(req.headers['content-length'] ?? 0) > MOST_DISCARDED;
  sendJson(res, problem.status, problem, {
    ...headers,
    ...(long && { connection: 'close' }),
    'content-type': 'application/problem+json',
    'x-request-id': requestId,
  });
}

function sendJson(
  res: Response,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>>,
): void {
  if (body === undefined) {
    res.writeHead(status, { ...ALWAYS, ...headers }).end();
    return;
  }
  const text = JSON.stringify(body);
  res
    .writeHead(status, {
      ...ALWAYS,
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(text),
      ...headers,
    })
    .end(text);
}

async function sendStream(res: Response, reply: StreamReply, requestId: string): Promise<void> {
  res.writeHead(reply.status, {
    ...ALWAYS,
    'content-type': reply.type,
    ...reply.headers,
    'x-request-id': requestId,
  });
  try {
    for await (const chunk of reply.chunks) {
      if (res.destroyed) return;
      if (!res.write(chunk)) await drained(res);
    }
    res.end();
  } catch (error) {
    // A cut connection tells the caller that the answer is not whole; a proper end would hide it.
    res.destroy(error instanceof Error ? error : undefined);
  }
}

function drained(res: Response): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      res.off('drain', finish);
      res.off('close', finish);
      resolve();
    };
    res.once('drain', finish);
    res.once('close', finish);
  });
}

function sendLive(res: Response, reply: LiveReply, requestId: string): void {
  res.writeHead(reply.status, {
    ...ALWAYS,
    'content-type': 'text/event-stream; charset=utf-8',
    // Proxies such as nginx hold events back unless they are told not to.
    'x-accel-buffering': 'no',
    ...reply.headers,
    'x-request-id': requestId,
  });
  if (res.req.method === 'HEAD') {
    res.end();
    return;
  }
  res.flushHeaders();
  reply.start({
    write(chunk) {
      if (!res.writableEnded && !res.destroyed) res.write(chunk);
      return res.writableLength;
    },
    end: () => void res.end(),
    drained: () => (res.writableNeedDrain ? drained(res) : Promise.resolve()),
    onClose(listener) {
      if (res.destroyed) listener();
      else res.once('close', listener);
    },
  });
}
