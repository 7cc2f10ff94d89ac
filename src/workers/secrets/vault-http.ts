import { Agent, request } from 'undici';

/** Limit of one call and of its answer. */
const WITHIN_MS = 5_000;
const MOST_BYTES = 1024 * 1024;

export interface VaultAddress {
  /** `https://vault.example.com:8200`. */
  readonly url: string;
  readonly namespace?: string;
  /** Certificate authorities, PEM; those of Node when absent. */
  readonly authority?: string;
}

export interface VaultCall {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Below `/v1/`; every segment is encoded, so that none can leave its place. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly token?: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** What Vault said; `silent` when it could not be reached. Neither holds a token. */
export type VaultAnswer =
  | {
      readonly said: 'answered';
      readonly status: number;
      readonly body: VaultBody;
      readonly retryAfterS?: number;
    }
  | { readonly said: 'silent'; readonly because: string };

/** The parts of Vault's answers that matter here: https://developer.hashicorp.com/vault/api-docs */
export interface VaultBody {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly string[];
  readonly lease_id?: string;
  /** Seconds. */
  readonly lease_duration?: number;
  readonly renewable?: boolean;
  readonly auth?: {
    readonly client_token: string;
    /** Seconds. */
    readonly lease_duration: number;
    readonly renewable: boolean;
  } | null;
}

/**
 * Calls to one Vault. Follows no redirect and no proxy, since either could carry a token elsewhere, and lets no error of
 * the network out, since those hold the headers of the call.
 */
export interface VaultHttp {
  call(call: VaultCall, signal: AbortSignal): Promise<VaultAnswer>;
  close(): Promise<void>;
}

export function createVaultHttp({ url, namespace, authority }: VaultAddress): VaultHttp {
  const agent = new Agent({ connect: { timeout: WITHIN_MS, ...(authority && { ca: authority }) } });
  return {
    async call({ method, path, query = {}, token, body }, signal) {
      const address = new URL(`/v1/${path.split('/').map(encodeURIComponent).join('/')}`, url);
      for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
      try {
        const answer = await request(address, {
          method,
          dispatcher: agent,
          signal: AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]),
          headers: {
            accept: 'application/json',
            'x-vault-request': 'true',
            ...(token && { 'x-vault-token': token }),
            ...(namespace && { 'x-vault-namespace': namespace }),
            ...(body && { 'content-type': 'application/json' }),
          },
          ...(body && { body: JSON.stringify(body) }),
        });
        const text = await readText(answer.body);
        const seconds = Number(answer.headers['retry-after']);
        return {
          said: 'answered',
          status: answer.statusCode,
          body: parsed(text),
          ...(seconds > 0 && { retryAfterS: seconds }),
        };
      } catch (error) {
        return { said: 'silent', because: wordsOf(error) };
      }
    },
    close: () => agent.destroy(),
  };
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new Error('an answer of more than 1 MiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): VaultBody {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? body : {};
  } catch {
    // A proxy in between answers in HTML; the status says enough.
    return {};
  }
}

function wordsOf(error: unknown): string {
  const { code, name, message } = error as { code?: string; name?: string; message?: string };
  if (name === 'TimeoutError' || name === 'AbortError') return 'no answer in time';
  return code ?? (message === 'an answer of more than 1 MiB' ? message : (name ?? 'unknown error'));
}
