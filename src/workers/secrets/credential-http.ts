import { Agent, request } from 'undici';

/** A request that may carry a credential. */
export interface CredentialCall {
  readonly method: 'HEAD' | 'GET' | 'POST' | 'PUT';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What was answered; `silent` when nobody could be reached. Neither holds what was sent. */
export type CredentialAnswer =
  | {
      readonly said: 'answered';
      readonly status: number;
      /** Lower-case names; one that came twice is joined by commas. */
      header(name: string): string | undefined;
      readonly body: Buffer;
    }
  | { readonly said: 'silent'; readonly because: string };

/**
 * Calls that may carry credentials, to addresses of the operator's choice. Follows no redirect and no proxy, since either
 * could carry one elsewhere, and lets no error of the network out, since those hold the headers of the call.
 */
export interface CredentialHttp {
  call(call: CredentialCall, signal: AbortSignal): Promise<CredentialAnswer>;
  close(): Promise<void>;
}

export interface CredentialHttpOptions {
  /** Limit of one call. */
  readonly withinMs: number;
  /** Most of an answer that is read. */
  readonly mostMiB: number;
  /** Certificate authorities, PEM; those of Node when absent. */
  readonly authority?: string | undefined;
}

class AnswerTooLarge extends Error {}

export function createCredentialHttp({
  withinMs,
  mostMiB,
  authority,
}: CredentialHttpOptions): CredentialHttp {
  const agent = new Agent({ connect: { timeout: withinMs, ...(authority && { ca: authority }) } });
  return {
    async call({ method, url, headers, body }, signal) {
      try {
        const answer = await request(url, {
          method,
          dispatcher: agent,
          signal: AbortSignal.any([signal, AbortSignal.timeout(withinMs)]),
          headers,
          ...(body !== undefined && { body }),
        });
        return {
          said: 'answered',
          status: answer.statusCode,
          header: (name) => {
            const value = answer.headers[name];
            return Array.isArray(value) ? value.join(', ') : value;
          },
          body: await readBytes(answer.body, mostMiB),
        };
      } catch (error) {
        return { said: 'silent', because: wordsOf(error) };
      }
    },
    close: () => agent.destroy(),
  };
}

async function readBytes(body: AsyncIterable<Uint8Array>, mostMiB: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > mostMiB * 1024 * 1024) throw new AnswerTooLarge(`an answer of more than ${mostMiB} MiB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function wordsOf(error: unknown): string {
  if (error instanceof AnswerTooLarge) return error.message;
  const { code, name } = error as { code?: string; name?: string };
  if (name === 'TimeoutError' || name === 'AbortError') return 'no answer in time';
  return code ?? name ?? 'unknown error';
}
