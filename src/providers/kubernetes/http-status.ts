import { isJson, jsonAt, listAt, numberAt, textAt } from './json.js';
import { KubeStatusError, type StatusCause } from './transport.js';

/**
 * The error that an unsuccessful answer stands for. Proxies in front of the API server answer in plain text, so a body
 * that is no Status is quoted.
 */
export function statusError(status: number, body: string, retryAfter: string | undefined): KubeStatusError {
  const said = parse(body);
  const seconds = numberAt(said, 'details', 'retryAfterSeconds') ?? Number(retryAfter);
  return new KubeStatusError({
    status,
    reason: textAt(said, 'reason') ?? '',
    message: textAt(said, 'message') ?? `HTTP ${status}: ${body.slice(0, 300).trim() || 'no body'}`,
    causes: listAt(jsonAt(said, 'details'), 'causes').filter(isJson).map(cause),
    retryAfter: Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined,
  });
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    // Not a Status; the text itself is quoted.
    return undefined;
  }
}

function cause(from: Record<string, unknown>): StatusCause {
  const [reason, message, field] = ['reason', 'message', 'field'].map((name) => textAt(from, name));
  return { ...(reason && { reason }), ...(message && { message }), ...(field && { field }) };
}
