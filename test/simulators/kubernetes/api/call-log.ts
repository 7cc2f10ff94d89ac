import type { IncomingMessage } from 'node:http';

/** One call as `GET /_sim/calls` lists it. */
export interface LoggedCall {
  at: string;
  method: string;
  path: string;
  query: string;
  verb: string;
  resource: string | undefined;
  subresource: string | undefined;
  namespace: string | undefined;
  name: string | undefined;
  user: string;
  userAgent: string;
  contentType: string | undefined;
  dryRun: boolean;
  /** The status of the answer; 0 until there is one, and for good when a fault cut the call. */
  code: number;
}

/** The calls of clients, oldest first; only the latest are kept. */
export interface CallLog {
  add(call: LoggedCall): void;
  list(): readonly LoggedCall[];
  clear(): void;
}

/** An empty log that keeps at most `size` calls. */
export function createCallLog(size = 20_000): CallLog {
  let calls: LoggedCall[] = [];
  return {
    add(call) {
      calls.push(call);
      if (calls.length > 2 * size) calls = calls.slice(-size);
    },
    list: () => calls,
    clear() {
      calls = [];
    },
  };
}

/** A call that has just come in. */
export function newCall(raw: IncomingMessage, url: URL): LoggedCall {
  return {
    at: new Date().toISOString(),
    method: raw.method ?? 'GET',
    path: url.pathname,
    query: url.search,
    verb: (raw.method ?? 'GET').toLowerCase(),
    resource: undefined,
    subresource: undefined,
    namespace: undefined,
    name: undefined,
    user: 'system:anonymous',
    userAgent: raw.headers['user-agent'] ?? '',
    contentType: raw.headers['content-type'],
    dryRun: url.searchParams.get('dryRun') === 'All',
    code: 0,
  };
}
