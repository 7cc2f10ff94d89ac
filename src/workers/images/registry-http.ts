import { Agent, request } from 'undici';

/** Limit of one call, in milliseconds. */
const WITHIN_MS = 10_000;
/** Most of an answer that is read; what a manifest may have: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-manifests */
const MOST_BYTES = 4 * 1024 * 1024;

const TOO_LARGE = 'an answer of more than 4 MiB';

export interface RegistryCall {
  readonly method: 'HEAD' | 'GET';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a registry said; `silent` when it could not be reached. Neither holds what was sent. */
export type RegistryAnswer =
  | {
      readonly said: 'answered';
      readonly status: number;
      /** Lower-case names; one that came twice is joined by commas. */
      header(name: string): string | undefined;
      readonly body: Buffer;
    }
  | { readonly said: 'silent'; readonly because: string };

/**
 * Calls to one registry and whoever gives tokens for it. Follows no redirect and no proxy, since either could carry a
 * password elsewhere, and lets no error of the network out, since those hold the headers of the call.
 */
export interface RegistryHttp {
  call(call: RegistryCall, signal: AbortSignal): Promise<RegistryAnswer>;
  close(): Promise<void>;
}

/** `authority`: certificate authorities, PEM; those of Node when absent. */
export function createRegistryHttp(authority?: string): RegistryHttp {
  const agent = new Agent({ connect: { timeout: WITHIN_MS, ...(authority && { ca: authority }) } });
  return {
    async call({ method, url, headers }, signal) {
      try {
        const answer = await request(url, {
          method,
          dispatcher: agent,
          signal: AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]),
          headers: { 'accept-encoding': 'identity', 'user-agent': 'beanpod', ...headers },
        });
        return {
          said: 'answered',
          status: answer.statusCode,
          header: (name) => {
            const value = answer.headers[name];
            return Array.isArray(value) ? value.join(', ') : value;
          },
          body: await readBytes(answer.body),
        };
      } catch (error) {
        return { said: 'silent', because: wordsOf(error) };
      }
    },
    close: () => agent.destroy(),
  };
}

async function readBytes(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new Error(TOO_LARGE);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function wordsOf(error: unknown): string {
  const { code, name, message } = error as { code?: string; name?: string; message?: string };
  if (name === 'TimeoutError' || name === 'AbortError') return 'no answer in time';
  return code ?? (message === TOO_LARGE ? message : (name ?? 'unknown error'));
}
