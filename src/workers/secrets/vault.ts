import type { VaultLease } from '../../shared/store/vault-leases.js';
import { found, later, never, type Reading } from './reading.js';
import { judged } from './vault-answer.js';
import type { VaultBody, VaultCall, VaultHttp } from './vault-http.js';
import type { VaultLogin } from './vault-login.js';

/** How long it is remembered what is mounted where, in milliseconds. */
const MOUNT_MS = 5 * 60_000;

export interface VaultSecret {
  readonly data: Readonly<Record<string, unknown>>;
  readonly lease?: VaultLease;
}

/** What one role may do at Vault. `signal` ends a call that is under way. */
export interface Vault {
  /** Reads a path of any engine: key-value of both versions, or one that makes credentials. `version`: of key-value 2 only. */
  read(path: string, version: number | undefined, signal: AbortSignal): Promise<Reading<VaultSecret>>;
  renew(lease: VaultLease, signal: AbortSignal): Promise<Reading<VaultLease>>;
  revoke(lease: VaultLease, signal: AbortSignal): Promise<Reading<unknown>>;
}

interface Mount {
  readonly path: string;
  readonly isVersioned: boolean;
}

export function createVault(http: VaultHttp, login: VaultLogin): Vault {
  const mounts = new Map<string, { readonly mount: Mount; readonly at: number }>();

  /** With a token; once more with a new one when it is refused, as tokens end before their time too. */
  async function call(what: VaultCall, about: string, signal: AbortSignal): Promise<Reading<VaultBody>> {
    const first = await login.token(signal);
    if (first.said !== 'found') return first;
    const answer = await http.call({ ...what, token: first.value }, signal);
    if (signal.aborted) return later('the call to Vault was interrupted', 0);
    if (answer.said === 'silent' || answer.status !== 403) return judged(answer, about);
    if (!(await login.refused(first.value, signal))) return judged(answer, about);
    const second = await login.token(signal);
    if (second.said !== 'found') return second;
    return judged(await http.call({ ...what, token: second.value }, signal), about);
  }

  async function mountOf(path: string, signal: AbortSignal): Promise<Reading<Mount>> {
    const known = [...mounts.values()].find(
      ({ mount, at }) => path.startsWith(mount.path) && performance.now() - at < MOUNT_MS,
    );
    if (known) return found(known.mount);
    const what = { method: 'GET', path: `sys/internal/ui/mounts/${path}` } as const;
    const reading = await call(what, `vault:${path}`, signal);
    if (reading.said !== 'found') return reading;
    const { path: at, type, options } = reading.value.data ?? {};
    if (typeof at !== 'string' || !path.startsWith(at))
      return never('secrets.missing', `vault:${path}: no secrets engine is mounted there`);
    const { version } = (options ?? {}) as { version?: unknown };
    const mount = { path: at, isVersioned: type === 'kv' && version === '2' };
    mounts.set(at, { mount, at: performance.now() });
    return found(mount);
  }

  return {
    async read(path, version, signal) {
      const mount = await mountOf(path, signal);
      if (mount.said !== 'found') return mount;
      const { isVersioned } = mount.value;
      if (version !== undefined && !isVersioned)
        return never('secrets.reference-invalid', `vault:${path}: only key-value version 2 keeps versions`);
      const what: VaultCall = {
        method: 'GET',
        path: isVersioned ? versionedPath(path, mount.value.path) : path,
        ...(version !== undefined && { query: { version: String(version) } }),
      };
      const reading = await call(what, `vault:${path}`, signal);
      if (reading.said !== 'found') return reading;
      return isVersioned ? versionedSecret(path, reading.value) : found(secretOf(reading.value));
    },
    async renew(lease, signal) {
      const body = { lease_id: lease.id, increment: Math.ceil(lease.durationMs / 1_000) };
      const what = { method: 'PUT', path: 'sys/leases/renew', body } as const;
      const reading = await call(what, `the lease ${lease.id}`, signal);
      return reading.said === 'found' ? found(secretOf(reading.value).lease ?? lease) : reading;
    },
    revoke: (lease, signal) => {
      const what = { method: 'PUT', path: 'sys/leases/revoke', body: { lease_id: lease.id } } as const;
      return call(what, `the lease ${lease.id}`, signal);
    },
  };
}

/** Version 2 reads below `data/`; people write the path with it or, as the command line of Vault does, without. */
function versionedPath(path: string, mount: string): string {
  const rest = path.slice(mount.length);
  return rest.startsWith('data/') ? path : `${mount}data/${rest}`;
}

/** https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2#read-secret-version */
function versionedSecret(path: string, { data }: VaultBody): Reading<VaultSecret> {
  const inner = data?.['data'];
  if (typeof inner !== 'object' || inner === null)
    return never('secrets.missing', `vault:${path}: this version of the secret was deleted`);
  return found({ data: inner as VaultSecret['data'] });
}

function secretOf({ data, lease_id: id, lease_duration: seconds = 0, renewable }: VaultBody): VaultSecret {
  const lease = id ? { id, durationMs: seconds * 1_000, renewable: renewable === true } : undefined;
  return { data: data ?? {}, ...(lease && { lease }) };
}
