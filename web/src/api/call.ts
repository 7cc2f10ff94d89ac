import type { Problem } from '../../../src/shared/contract/problem.js';

/** Longest wait for an answer, in milliseconds; a dry run takes the longest. */
const PATIENCE_MS = 60_000;

/** A no of the API, or no answer at all (`status` 0). */
export class CallFailed extends Error {
  override name = 'CallFailed';
  readonly status: number;
  readonly problem: Partial<Problem>;

  constructor(status: number, problem: Partial<Problem>) {
    super(problem.detail ?? problem.title ?? `The API answered ${status}`);
    this.status = status;
    this.problem = problem;
  }
}

/** What may go with a call. */
export interface CallOptions {
  readonly query?: Readonly<Record<string, string | number | readonly string[] | undefined>>;
  readonly body?: object;
  /** Goes as the body, of its own type. */
  readonly file?: Blob;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Calls the API by its path without the first slash, `v1/deployments`. Throws `CallFailed`. */
export async function call<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
  const response = await send(method, path, 'application/json', options);
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** The answer as a file that holds text of some type. Throws `CallFailed`. */
export async function callText(path: string, type = 'text/plain', options: CallOptions = {}): Promise<Blob> {
  const response = await send('GET', path, type, options);
  return response.blob();
}

/** The address of an API path, wherever the page was mounted. */
export function addressOf(path: string, query: CallOptions['query'] = {}): string {
  const url = new URL(path, document.baseURI);
  for (const [name, value] of Object.entries(query)) {
    const values = typeof value === 'object' ? value : [value];
    for (const each of values)
      if (each !== undefined && each !== '') url.searchParams.append(name, String(each));
  }
  return url.href;
}

async function send(method: string, path: string, accept: string, options: CallOptions): Promise<Response> {
  const { query, body, file, headers, signal } = options;
  const late = AbortSignal.timeout(PATIENCE_MS);
  let response: Response;
  try {
    response = await fetch(addressOf(path, query), {
      method,
      headers: { accept, ...(body && { 'content-type': 'application/json' }), ...headers },
      ...(body && { body: JSON.stringify(body) }),
      ...(file && { body: file }),
      signal: signal ? AbortSignal.any([signal, late]) : late,
      credentials: 'same-origin',
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    const title = late.aborted ? 'The API did not answer in time' : 'The API cannot be reached';
    throw new CallFailed(0, { title, detail: `${title}. Check the connection and try again.` });
  }
  if (!response.ok) throw new CallFailed(response.status, await problemOf(response));
  return response;
}

/** What a refusal says, also one that is not of the API. */
export async function problemOf(response: Response): Promise<Partial<Problem>> {
  try {
    return (await response.json()) as Problem;
  } catch {
    return { title: `The API answered ${response.status} without a reason` };
  }
}
