import { createCredentialHttp } from './credential-http.js';

/** Limits of one call and of its answer. */
const LIMITS = { withinMs: 5_000, mostMiB: 1 };

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

/** Calls to one Vault. */
export interface VaultHttp {
  call(call: VaultCall, signal: AbortSignal): Promise<VaultAnswer>;
  close(): Promise<void>;
}

export function createVaultHttp({ url: base, namespace, authority }: VaultAddress): VaultHttp {
  const http = createCredentialHttp({ ...LIMITS, authority });
  return {
    async call({ method, path, query = {}, token, body }, signal) {
      const url = new URL(`/v1/${path.split('/').map(encodeURIComponent).join('/')}`, base);
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      const headers = {
        accept: 'application/json',
        'x-vault-request': 'true',
        ...(token && { 'x-vault-token': token }),
        ...(namespace && { 'x-vault-namespace': namespace }),
        ...(body && { 'content-type': 'application/json' }),
      };
      const sent = body && JSON.stringify(body);
      const answer = await http.call({ method, url, headers, ...(sent && { body: sent }) }, signal);
      if (answer.said === 'silent') return answer;
      const seconds = Number(answer.header('retry-after'));
      return {
        said: 'answered',
        status: answer.status,
        body: parsed(answer.body.toString('utf8')),
        ...(seconds > 0 && { retryAfterS: seconds }),
      };
    },
    close: () => http.close(),
  };
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
