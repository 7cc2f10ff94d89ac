import { afterEach, beforeEach, expect } from 'vitest';
import type { Config } from '../../src/shared/config/schema.js';
import type { Secrets } from '../../src/workers/secrets/secrets.js';
import { startVault, type VaultSimulator } from '../simulators/vault/start.js';
import { testSecrets } from './secrets.js';

type VaultSettings = NonNullable<Config['vault']>;

/** A simulated Vault for each test, with a policy `reader` and the secret `secret/app`, and workers that read from it. */
export function useVault() {
  let vault: VaultSimulator;
  const opened: Secrets[] = [];

  beforeEach(() => restart());
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((secrets) => secrets.close()));
    await vault.close();
  });

  async function restart(options: Parameters<typeof startVault>[0] = {}): Promise<void> {
    vault = await startVault(options);
    vault.policy('reader', {
      'secret/data/app*': ['read'],
      'kv/*': ['read'],
      'aws/creds/deployer': ['read'],
      'aws/sts/deployer': ['read'],
      'sys/leases/revoke': ['update'],
    });
    vault.put('secret/app', { password: 'hunter2-hunter2', port: 5432, nested: { a: 1 }, empty: '' });
  }

  /** A worker with these settings on top of the address. */
  function secretsWith(settings: Partial<VaultSettings>): Secrets {
    const standard = { address: vault.url, auth: 'token', jwtPath: '/nowhere', paths: [] } as const;
    const secrets = testSecrets({ vault: { ...standard, ...settings } });
    opened.push(secrets);
    return secrets;
  }

  return {
    get vault(): VaultSimulator {
      return vault;
    },
    /** Another Vault in the place of this one. */
    async replace(options: Parameters<typeof startVault>[0]): Promise<void> {
      await vault.close();
      await restart(options);
    },
    secretsWith,
    withToken: (...policies: string[]): Secrets => secretsWith({ token: vault.issue(...policies) }),
  };
}

/** What a deployment of this environment reads. */
export function read(secrets: Secrets, reference: string, environment = 'staging') {
  return secrets.open({ service: 'shop', environment }).read(reference, AbortSignal.timeout(10_000));
}

export const found = (value: string) => ({ said: 'found', value });

export const failed = (code: string, detail: RegExp) => ({
  said: 'failed',
  failure: expect.objectContaining({ code, detail: expect.stringMatching(detail) as string }) as unknown,
});

export const waiting = (because: RegExp) => ({
  said: 'wait',
  forMs: expect.any(Number) as number,
  because: expect.stringMatching(because) as string,
});
