import { readFile } from 'node:fs/promises';
import { found, later, never, type Reading } from './reading.js';
import { judged } from './vault-answer.js';
import type { VaultHttp } from './vault-http.js';

/** How this process proves to Vault who it is. `mount` is where the method is enabled. */
export type LoginMethod =
  | { readonly by: 'token'; readonly token?: string; readonly path?: string }
  | { readonly by: 'approle'; readonly mount: string; readonly roleId: string; readonly secretId: string }
  | {
      readonly by: 'kubernetes' | 'jwt';
      readonly mount: string;
      readonly role: string;
      /** Read anew at every log-in, since the kubelet renews it. */
      readonly jwtPath: string;
    };

/** Longest delay that a timer of Node can take. */
const LONGEST_MS = 2_147_483_647;

/** Pause after a renewal that failed, in milliseconds. */
const RETRY_MS = 5_000;

/** The token of one role. It is renewed in time while anybody has asked for it, as its leases end with it. */
export interface VaultLogin {
  token(signal: AbortSignal): Promise<Reading<string>>;
  /**
   * Vault refused a call with this token. Answers whether another token is worth a try: not when the token is good and
   * its right is missing, since the leases of a token that is let go end with it.
   */
  refused(token: string, signal: AbortSignal): Promise<boolean>;
  /** From now on the token is not given back at the end: leases that it made are still needed. */
  spare(): void;
  /** Stops renewing and gives back a token that this process made. */
  close(): Promise<void>;
}

interface Held {
  readonly token: string;
  /** By `performance.now()`; absent when it has no end. */
  readonly until?: number;
  readonly renewable: boolean;
}

export function createVaultLogin(http: VaultHttp, method: LoginMethod): VaultLogin {
  const closing = new AbortController();
  let held: Held | undefined;
  let pending: Promise<Reading<Held>> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isSpared = false;

  function keep(fresh: Held): void {
    held = fresh;
    schedule(fresh, 2 / 3);
  }

  /** After this part of the time that is left. */
  function schedule({ until, renewable }: Held, part: number): void {
    clearTimeout(timer);
    if (until === undefined || !renewable || closing.signal.aborted) return;
    const delay = Math.max(RETRY_MS / 5, (until - performance.now()) * part);
    timer = setTimeout(() => void renew(), Math.min(delay, LONGEST_MS));
    timer.unref();
  }

  async function renew(): Promise<void> {
    const old = held;
    if (old === undefined) return;
    const call = { method: 'POST', path: 'auth/token/renew-self', token: old.token, body: {} } as const;
    const reading = judged(await http.call(call, closing.signal), 'the renewal of the token');
    if (held !== old || closing.signal.aborted) return;
    const { auth } = reading.said === 'found' ? reading.value : {};
    if (auth) keep(heldOf(auth.client_token, auth.lease_duration, auth.renewable));
    else if (reading.said === 'failed') held = undefined;
    else schedule(old, 1 / 4);
  }

  async function logIn(signal: AbortSignal): Promise<Reading<Held>> {
    const made = await (method.by === 'token' ? byToken(http, method, signal) : byRole(http, method, signal));
    if (made.said === 'found') keep(made.value);
    return made;
  }

  return {
    async token(signal) {
      if (held && (held.until === undefined || held.until > performance.now())) return found(held.token);
      // Many deployments ask at once; one log-in serves them all, so it must not end with one of them.
      pending ??= logIn(closing.signal).finally(() => (pending = undefined));
      const made = await pending;
      if (signal.aborted) return later('the wait for the log-in was interrupted', 0);
      return made.said === 'found' ? found(made.value.token) : made;
    },
    async refused(token, signal) {
      if (held?.token !== token) return true;
      const answer = await http.call({ method: 'GET', path: 'auth/token/lookup-self', token }, signal);
      if (answer.said === 'silent' || answer.status !== 403) return false;
      if (held?.token === token) {
        held = undefined;
        clearTimeout(timer);
      }
      return true;
    },
    spare() {
      isSpared = true;
    },
    async close() {
      clearTimeout(timer);
      const last = held;
      held = undefined;
      if (last && method.by !== 'token' && !isSpared) {
        const call = { method: 'POST', path: 'auth/token/revoke-self', token: last.token, body: {} } as const;
        await http.call(call, AbortSignal.timeout(2_000));
      }
      closing.abort();
    },
  };
}

async function byToken(
  http: VaultHttp,
  { token: fixed, path }: LoginMethod & { by: 'token' },
  signal: AbortSignal,
): Promise<Reading<Held>> {
  const text = path === undefined ? found(fixed ?? '') : await fileOf(path, 'the token for Vault');
  if (text.said !== 'found') return text;
  const token = text.value;
  const call = { method: 'GET', path: 'auth/token/lookup-self', token } as const;
  const reading = judged(await http.call(call, signal), 'The token for Vault');
  if (reading.said !== 'found') return reading;
  const { ttl, renewable } = reading.value.data ?? {};
  return found(heldOf(token, typeof ttl === 'number' ? ttl : 0, renewable === true));
}

async function byRole(
  http: VaultHttp,
  method: Exclude<LoginMethod, { by: 'token' }>,
  signal: AbortSignal,
): Promise<Reading<Held>> {
  const body = await credentialsOf(method);
  if (body.said !== 'found') return body;
  const call = { method: 'POST', path: `auth/${method.mount}/login`, body: body.value } as const;
  const answer = await http.call(call, signal);
  const about = `The log-in to Vault by ${method.by}${'role' in method ? ` as ${method.role}` : ''}`;
  const reading = judged(answer, about);
  if (reading.said === 'wait') return reading;
  const { auth } = reading.said === 'found' ? reading.value : {};
  if (auth) return found(heldOf(auth.client_token, auth.lease_duration, auth.renewable));
  // Unknown roles and wrong credentials are answered with 400, a method that is not enabled with 403 or 404.
  const seen = reading.said === 'failed' ? reading.failure.detail : `${about}: the answer holds no token`;
  return never('secrets.denied', seen);
}

async function credentialsOf(
  method: Exclude<LoginMethod, { by: 'token' }>,
): Promise<Reading<Readonly<Record<string, string>>>> {
  if (method.by === 'approle') return found({ role_id: method.roleId, secret_id: method.secretId });
  const jwt = await fileOf(method.jwtPath, `the token for the log-in by ${method.by}`);
  return jwt.said === 'found' ? found({ role: method.role, jwt: jwt.value }) : jwt;
}

async function fileOf(path: string, what: string): Promise<Reading<string>> {
  try {
    return found((await readFile(path, 'utf8')).trim());
  } catch (error) {
    const { code } = error as { code?: string };
    return never(
      'secrets.unconfigured',
      `The file ${path} with ${what} cannot be read (${code ?? 'unknown'})`,
    );
  }
}

/** `seconds`: what is left of the token's life; 0 for one without an end. */
function heldOf(token: string, seconds: number, renewable: boolean): Held {
  return { token, renewable, ...(seconds > 0 && { until: performance.now() + seconds * 1_000 }) };
}
