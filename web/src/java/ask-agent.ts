import { call } from '../api/call.js';
import type { JolokiaAnswer, JolokiaRequest } from './jolokia.js';

/** Puts requests to the agent of a pod, whose path of the API this is. Throws `CallFailed`. */
export async function askAgent(
  path: string,
  requests: readonly JolokiaRequest[],
  { reason, signal }: { readonly reason?: string; readonly signal?: AbortSignal } = {},
): Promise<readonly JolokiaAnswer[]> {
  const answers = await call<unknown>('POST', path, {
    body: requests,
    query: { reason },
    ...(signal && { signal }),
  });
  return Array.isArray(answers) ? (answers as readonly JolokiaAnswer[]) : [];
}
