import type { ServerResponse } from 'node:http';
import type { ApiError } from '../api-error.js';
import type { KubeObject } from '../objects.js';

const texts = new WeakMap<object, string>();
const items = new WeakMap<object, string>();

/** The JSON of a stored object; made once, as stored objects never change. */
export function objectText(object: KubeObject): string {
  let text = texts.get(object);
  if (text === undefined) texts.set(object, (text = JSON.stringify(object)));
  return text;
}

/** The JSON of an object inside a typed list, which names neither apiVersion nor kind. */
export function itemText(object: KubeObject): string {
  let text = items.get(object);
  if (text === undefined) {
    items.set(object, (text = JSON.stringify({ ...object, apiVersion: undefined, kind: undefined })));
  }
  return text;
}

/** Answers with JSON. */
export function sendJson(reply: ServerResponse, code: number, body: unknown): void {
  sendText(reply, code, JSON.stringify(body));
}

/** Answers with JSON text. */
export function sendText(reply: ServerResponse, code: number, text: string): void {
  if (reply.headersSent || reply.destroyed) return;
  reply.writeHead(code, {
    'content-type': 'application/json',
    'cache-control': 'no-cache, private',
    'content-length': Buffer.byteLength(text),
  });
  reply.end(text);
}

/** Answers with a Status. */
export function sendError(reply: ServerResponse, error: ApiError): void {
  const seconds = (error.details as { retryAfterSeconds?: number } | undefined)?.retryAfterSeconds;
  if (seconds !== undefined && !reply.headersSent) reply.setHeader('retry-after', String(seconds));
  sendJson(reply, error.code, error.status());
}
