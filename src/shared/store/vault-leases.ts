import type { Redis } from 'ioredis';
import { keysOf } from './keys.js';

/** Longer than any lease lives: Vault's longest is 32 days unless somebody raises it. */
const KEPT_MS = 35 * 86_400_000;

/** A lease that Vault gave for a deployment. Its id is a name, not a secret. */
export interface VaultLease {
  readonly id: string;
  readonly durationMs: number;
  readonly renewable: boolean;
}

/** Remembers which leases a deployment has, so that whoever goes on with it keeps them, and whoever ends it gives them back. */
export function createVaultLeases(redis: Redis, namespace: string) {
  const keys = keysOf(namespace);
  return {
    /** Call it before what was leased is used. */
    async add(deploymentId: string, lease: VaultLease): Promise<void> {
      const key = keys.vaultLeases(deploymentId);
      await redis.multi().sadd(key, JSON.stringify(lease)).pexpire(key, KEPT_MS).exec();
    },

    async of(deploymentId: string): Promise<readonly VaultLease[]> {
      const all = await redis.smembers(keys.vaultLeases(deploymentId));
      return all.map((json) => JSON.parse(json) as VaultLease);
    },

    async drop(deploymentId: string): Promise<void> {
      await redis.unlink(keys.vaultLeases(deploymentId));
    },
  };
}

export type VaultLeases = ReturnType<typeof createVaultLeases>;
