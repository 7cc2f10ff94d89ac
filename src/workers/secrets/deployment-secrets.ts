import type { Logger } from '../../shared/log/logger.js';
import type { Redactor } from '../../shared/log/redact.js';
import { CREDENTIAL, isSealed, SealProblem, type Seal } from '../../shared/secrets/seal.js';
import { isSpoken, readReference, type Reference } from '../../shared/secrets/reference.js';
import { createLeases } from './leases.js';
import { readLocalFile, readVariable, type LocalPlaces } from './local-places.js';
import { found, never, type Reading } from './reading.js';
import type { VaultLease } from '../../shared/store/vault-leases.js';
import type { Vault, VaultSecret } from './vault.js';

/** Largest value, in characters. */
const MOST_CHARACTERS = 256 * 1024;

/** How long values are hidden in logs after the end: watches and connections may still speak of them. */
const AFTERGLOW_MS = 60_000;

/** Part of a lease after which credentials that cannot be renewed are replaced by new ones. */
const RENEW_AT = 0.75;

export interface SecretSources {
  readonly local: LocalPlaces;
  /** `undefined` when no Vault is configured. */
  readonly vault: Vault | undefined;
  /** Why a path may not be read for this deployment; `undefined` when it may. */
  forbidden(path: string): string | undefined;
  readonly seal: Seal | undefined;
  /** The leases of the deployment, from whichever worker; `undefined` for what is over with this process. */
  readonly book: LeaseBook | undefined;
  /** Called when leases stay out after this process has let go: they end with the token that made them. */
  leaves(): void;
  readonly redactor: Redactor;
  readonly logger: Logger;
}

/** What is remembered beyond this process. */
export interface LeaseBook {
  add(lease: VaultLease): Promise<void>;
  all(): Promise<readonly VaultLease[]>;
  drop(): Promise<void>;
}

/** The secrets of one deployment, in the memory of the worker that carries it and nowhere else. */
export interface DeploymentSecrets {
  /** The values behind references, and the first obstacle: what only people can remove comes before waiting. */
  resolve(references: readonly string[], signal: AbortSignal): Promise<Resolved>;
  /** The present value of a credential: of a reference, of a sealed text, or the text itself. */
  read(text: string, signal: AbortSignal): Promise<Reading<string>>;
  /** Forgets everything. `revoke`: the deployment has ended, so that credentials made for it end too. */
  close(leases: 'revoke' | 'leave'): Promise<void>;
}

export interface Resolved {
  readonly values: ReadonlyMap<string, string>;
  readonly obstacle: Exclude<Reading<string>, { said: 'found' }> | undefined;
}

interface Kept {
  readonly secret: VaultSecret;
  readonly at: number;
}

export function createDeploymentSecrets(sources: SecretSources): DeploymentSecrets {
  const { local, vault, seal, book, redactor, logger } = sources;
  const kept = new Map<string, Promise<Reading<Kept>>>();
  const registered = new Map<string, () => void>();
  const leases = vault && createLeases(vault, logger);

  let adopting: Promise<void> | undefined;

  /** What another worker leased for this deployment may still be at work, so it is kept alive from here on. */
  function adopt(): Promise<void> {
    adopting ??= (async () => {
      if (leases && book) for (const lease of await book.all()) leases.add(lease);
    })();
    return adopting;
  }

  function register(value: string): void {
    if (!registered.has(value)) registered.set(value, redactor.register(value));
  }

  /** One read of a path serves all references to its keys, so that they belong to the same credentials. */
  async function secretAt(path: string, version: number | undefined, signal: AbortSignal) {
    if (!vault)
      return never('secrets.unconfigured', `vault:${path}: BEANPOD_VAULT_ADDR is not set on this worker`);
    const refusal = sources.forbidden(path);
    if (refusal) return never('secrets.denied', refusal);
    const key = `${path}#${version ?? ''}`;
    const pending = kept.get(key);
    const known = pending && (await pending);
    if (known?.said === 'found' && isFresh(known.value)) return found(known.value.secret);
    // Whoever comes first reads for all: two reads would make two credentials.
    const current = kept.get(key);
    const reading =
      current !== undefined && current !== pending ? current : take(vault, path, version, signal);
    kept.set(key, reading);
    const taken = await reading;
    return taken.said === 'found' ? found(taken.value.secret) : taken;
  }

  async function take(
    from: Vault,
    path: string,
    version: number | undefined,
    signal: AbortSignal,
  ): Promise<Reading<Kept>> {
    const at = performance.now();
    const reading = await from.read(path, version, signal);
    if (reading.said !== 'found') return reading;
    const { lease } = reading.value;
    if (lease) {
      leases?.add(lease);
      await book?.add(lease);
    }
    return found({ secret: reading.value, at });
  }

  async function behind(reference: Reference, signal: AbortSignal): Promise<Reading<string>> {
    switch (reference.place) {
      case 'env':
        return readVariable(local, reference.name);
      case 'file':
        return readLocalFile(local, reference.path);
      case 'vault': {
        const { path, key, version } = reference;
        const secret = await secretAt(path, version, signal);
        return secret.said === 'found' ? valueOf(path, secret.value, key) : secret;
      }
    }
  }

  async function valueBehind(text: string, signal: AbortSignal): Promise<Reading<string>> {
    const reference = readReference(text);
    if (!reference) return never('secrets.reference-invalid', `"${text.slice(0, 200)}" is no reference`);
    const reading = await behind(reference, signal);
    if (reading.said !== 'found') return reading;
    if (reading.value.length > MOST_CHARACTERS)
      return never('secrets.reference-invalid', `${text}: the value has ${reading.value.length} characters`);
    register(reading.value);
    return reading;
  }

  return {
    async resolve(references, signal) {
      await adopt();
      const readings = await Promise.all(
        references.map(async (text) => [text, await valueBehind(text, signal)] as const),
      );
      const values = new Map<string, string>();
      const obstacles: NonNullable<Resolved['obstacle']>[] = [];
      for (const [text, reading] of readings) {
        if (reading.said === 'found') values.set(text, reading.value);
        else obstacles.push(reading);
      }
      return { values, obstacle: obstacles.find(({ said }) => said === 'failed') ?? obstacles[0] };
    },

    async read(text, signal) {
      if (isSpoken(text)) return valueBehind(text, signal);
      if (!isSealed(text)) {
        register(text);
        return found(text);
      }
      const opened = unsealed(seal, text);
      if (opened.said === 'found') register(opened.value);
      return opened;
    },

    async close(what) {
      if (what === 'leave') {
        if (leases?.release()) sources.leaves();
      } else {
        await adopt();
        await leases?.revoke();
        await book?.drop();
      }
      kept.clear();
      const releases = [...registered.values()];
      registered.clear();
      setTimeout(() => releases.forEach((release) => release()), AFTERGLOW_MS).unref();
    },
  };
}

function isFresh({ secret: { lease }, at }: Kept): boolean {
  if (!lease || lease.renewable) return true;
  return performance.now() - at < lease.durationMs * RENEW_AT;
}

function valueOf(path: string, { data }: VaultSecret, key: string | undefined): Reading<string> {
  if (key === undefined) return found(JSON.stringify(data));
  if (!Object.hasOwn(data, key) || data[key] === null || data[key] === '') {
    return never('secrets.missing', `vault:${path}#${key}: the secret has no value under this key`);
  }
  const value = data[key];
  return found(typeof value === 'string' ? value : JSON.stringify(value));
}

function unsealed(seal: Seal | undefined, text: string): Reading<string> {
  if (!seal)
    return never(
      'secrets.key-missing',
      'A credential of the target is sealed; BEANPOD_ENCRYPTION_KEYS is not set',
    );
  try {
    return found(seal.open(text, CREDENTIAL));
  } catch (error) {
    if (!(error instanceof SealProblem)) throw error;
    return never('secrets.key-missing', `A credential of the target cannot be opened. ${error.message}`);
  }
}
