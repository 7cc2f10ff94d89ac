import { Agent, fetch, type Response } from 'undici';
import { isFields, type Fields } from './json.js';
import type { KubeObject } from './objects.js';

/** An answer with its body parsed when it is JSON. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  body: KubeObject & Fields;
}

/** What a call carries besides its path. */
export interface CallOptions {
  body?: unknown;
  contentType?: string;
  accept?: string;
  token?: string;
}

/** One line of a watch. */
export interface WatchEvent {
  type: string;
  object: KubeObject & Fields;
}

/** Calls the simulator without any Kubernetes library, so that tests see the wire as it is. */
export interface RawClient {
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  get(path: string): Promise<Answer>;
  post(path: string, body: unknown): Promise<Answer>;
  /** Server-side apply of one object at its own path. */
  apply(path: string, body: unknown, query?: string): Promise<Answer>;
  /** The open answer of a stream; the caller reads or cancels it. */
  stream(path: string): Promise<Response>;
  /** Reads a watch until `enough` says so or it ends; never longer than 40 s. */
  watch(path: string, enough: (events: WatchEvent[]) => boolean): Promise<WatchEvent[]>;
  /** Reads an object again and again until it satisfies the predicate; throws with the last state after 40 s. */
  until(
    path: string,
    satisfied: (body: KubeObject & Fields, status: number) => boolean,
  ): Promise<KubeObject & Fields>;
  close(): Promise<void>;
}

/** Hundreds of calls at once, each with a handshake of its own, take their time on a busy machine. */
const PATIENCE_MS = 40_000;

/** A client for one simulator. */
export function createRawClient({ url, ca, token }: { url: string; ca: string; token: string }): RawClient {
  const dispatcher = new Agent({ connect: { ca, timeout: PATIENCE_MS }, bodyTimeout: 0 });

  async function send(
    method: string,
    path: string,
    options: CallOptions,
    signal?: AbortSignal,
  ): Promise<Response> {
    const { body, contentType = 'application/json', accept = 'application/json' } = options;
    return fetch(url + path, {
      method,
      dispatcher,
      headers: { authorization: `Bearer ${options.token ?? token}`, 'content-type': contentType, accept },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  const client: RawClient = {
    async call(method, path, options = {}) {
      const response = await send(method, path, options);
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers as unknown as Headers,
        text,
        body: parsed(text),
      };
    },
    get: (path) => client.call('GET', path),
    post: (path, body) => client.call('POST', path, { body }),
    apply: (path, body, query = 'fieldManager=test') =>
      client.call('PATCH', `${path}?${query}`, { body, contentType: 'application/apply-patch+yaml' }),
    stream: (path) => send('GET', path, {}),
    async watch(path, enough) {
      const events: WatchEvent[] = [];
      const response = await send('GET', path, {}, AbortSignal.timeout(PATIENCE_MS));
      let rest = '';
      for await (const chunk of response.body ?? []) {
        rest += Buffer.from(chunk as Uint8Array).toString('utf8');
        const lines = rest.split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) events.push(JSON.parse(line) as WatchEvent);
        if (enough(events)) break;
      }
      return events;
    },
    async until(path, satisfied) {
      const deadline = Date.now() + PATIENCE_MS;
      for (;;) {
        const { body, status } = await client.get(path);
        if (satisfied(body, status)) return body;
        if (Date.now() > deadline)
          throw new Error(`${path} never satisfied the test; last seen: ${JSON.stringify(body)}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    close: () => dispatcher.destroy(),
  };
  return client;
}

function parsed(text: string): KubeObject & Fields {
  try {
    const value: unknown = JSON.parse(text);
    return (isFields(value) ? value : {}) as KubeObject & Fields;
  } catch {
    // Logs and health answers are plain text.
    return {} as KubeObject & Fields;
  }
}
