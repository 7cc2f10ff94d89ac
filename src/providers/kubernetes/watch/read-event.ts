import type { KubeObject } from '../object.js';
import { KubeStatusError } from '../transport.js';
import { isFields, numberAt, textAt } from './fields.js';

/** One message of a watch. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: KubeObject;
}

const TYPES = new Set(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK']);

/**
 * Reads one line of a watch. Throws `KubeStatusError` for an ERROR that the server put into the stream, and
 * `SyntaxError` for a line that a broken connection cut.
 */
export function readWatchEvent(line: string): WatchEvent {
  const event = JSON.parse(line) as unknown;
  const type = textAt(event, 'type') ?? '';
  const object = isFields(event) ? event['object'] : undefined;
  if (type === 'ERROR') throw statusError(object);
  if (!TYPES.has(type) || !isFields(object) || !isFields(object['metadata'])) {
    throw new SyntaxError(`A watch sent an event of type "${type}" without an object`);
  }
  return { type: type as WatchEvent['type'], object: object as KubeObject };
}

function statusError(status: unknown): KubeStatusError {
  const seconds = numberAt(status, 'details', 'retryAfterSeconds');
  return new KubeStatusError({
    status: numberAt(status, 'code') ?? 500,
    reason: textAt(status, 'reason') ?? 'Unknown',
    message: textAt(status, 'message') ?? 'The watch ended with an error',
    causes: [],
    retryAfter: seconds,
  });
}
