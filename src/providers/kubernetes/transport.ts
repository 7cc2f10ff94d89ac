import type { KubeObject } from './object.js';

/** One call of the Kubernetes API. `path` starts with `/api` or `/apis`, its segments already encoded. */
export interface KubeRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  /** Media type of the body; `application/json` when absent. */
  readonly contentType?: string;
  readonly accept?: string;
  readonly signal: AbortSignal;
  /** Limit of this one call in milliseconds; 30 s when absent, 10 s for writes. */
  readonly timeoutMs?: number;
}

/** The only door to one cluster: raw JSON in and out over pooled connections, a fresh token for every request. */
export interface KubeTransport {
  /** The parsed answer. Throws `KubeStatusError` for a Status answer and `KubeConnectionError` for anything on the way. */
  send<T = KubeObject>(request: KubeRequest): Promise<T>;
  /** The plain text of an answer, such as a log. Same errors. */
  text(request: KubeRequest): Promise<string>;
  /** Lines of a streamed answer until it ends or the signal aborts (then it ends quietly). No limit on silence: the caller watches. */
  lines(request: KubeRequest): AsyncIterable<string>;
  /** What a connection needs that is no request, such as a WebSocket. */
  passage(path: string, signal: AbortSignal): Promise<Passage>;
  close(): Promise<void>;
}

/** The way to one path of the API server for a connection of its own. */
export interface Passage {
  /** `https://…`, with the path. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** As `node:tls` takes them. */
  readonly tls: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly servername?: string;
  };
  /** The server answered 401: the next passage has another token, if there is one. */
  refused(): void;
}

/** A cause of a Status: which field, and why. */
export interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

/** The API server answered with a Status. */
export class KubeStatusError extends Error {
  override name = 'KubeStatusError';
  readonly status: number;
  readonly reason: string;
  readonly causes: readonly StatusCause[];
  /** Seconds to wait before the next try, when the server said so. */
  readonly retryAfter: number | undefined;

  constructor(about: {
    status: number;
    reason: string;
    message: string;
    causes: readonly StatusCause[];
    retryAfter: number | undefined;
  }) {
    super(about.message);
    this.status = about.status;
    this.reason = about.reason;
    this.causes = about.causes;
    this.retryAfter = about.retryAfter;
  }
}

/** The call did not come back whole. */
export class KubeConnectionError extends Error {
  override name = 'KubeConnectionError';
  /** Whether the server may have carried it out. */
  readonly sent: boolean;

  constructor(message: string, sent: boolean, cause: unknown) {
    super(message, { cause });
    this.sent = sent;
  }
}
