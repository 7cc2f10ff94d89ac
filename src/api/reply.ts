/** What a handler answers. */
export type Reply = JsonReply | StreamReply | LiveReply;

interface Head {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whom or what it was about, for the audit log, where the path does not say so. */
  readonly about?: string;
}

/** A whole answer; `body` is left out for 204 and 304. */
export interface JsonReply extends Head {
  readonly kind: 'json';
  readonly body?: unknown;
}

/** A long answer, sent as fast as the caller reads it. */
export interface StreamReply extends Head {
  readonly kind: 'stream';
  readonly type: string;
  readonly chunks: AsyncIterable<string | Uint8Array>;
}

/** Server-sent events: `start` is called once the head has been sent, and writes until it or the caller ends it. */
export interface LiveReply extends Head {
  readonly kind: 'live';
  start(sink: Sink): void;
}

/** The wire of one live answer. */
export interface Sink {
  /** Bytes that the caller has not read yet, this chunk included. */
  write(chunk: string): number;
  end(): void;
  /** Resolves when the caller has read what was written, or is gone. */
  drained(): Promise<void>;
  onClose(listener: () => void): void;
}

/** A JSON answer. */
export function json(status: number, body?: unknown, headers?: Readonly<Record<string, string>>): JsonReply {
  return { kind: 'json', status, body, ...(headers && { headers }) };
}
