import type { Logger } from '../../shared/log/logger.js';
import type { VaultLease } from '../../shared/store/vault-leases.js';
import type { Vault } from './vault.js';

/** Longest delay that a timer of Node can take. */
const LONGEST_MS = 2_147_483_647;
const LEAST_MS = 1_000;

/** How often giving back is tried, and how long one try may take, in milliseconds. */
const TRIES = 3;
const WITHIN_MS = 2_000;

/** The leases of one deployment: renewed while it lives, revoked when it has ended. */
export interface Leases {
  /** One that is known already changes nothing. */
  add(lease: VaultLease): void;
  /** Stops renewing, since somebody else goes on with the deployment. Answers whether anything is out. */
  release(): boolean;
  /** Revokes every lease; what cannot be revoked is logged and ends by itself. */
  revoke(): Promise<void>;
}

export function createLeases(vault: Vault, logger: Logger): Leases {
  const over = new AbortController();
  const held = new Map<string, { lease: VaultLease; timer?: NodeJS.Timeout }>();

  function schedule(lease: VaultLease, part: number): void {
    const before = held.get(lease.id);
    clearTimeout(before?.timer);
    if (!lease.renewable || over.signal.aborted) return void held.set(lease.id, { lease });
    const delay = Math.min(Math.max(LEAST_MS, lease.durationMs * part), LONGEST_MS);
    const timer = setTimeout(() => void renew(lease), delay).unref();
    held.set(lease.id, { lease, timer });
  }

  async function renew(lease: VaultLease): Promise<void> {
    const reading = await vault.renew(lease, over.signal);
    if (over.signal.aborted) return;
    if (reading.said === 'found') return schedule(reading.value, 2 / 3);
    const reason = reading.said === 'wait' ? reading.because : reading.failure.detail;
    logger.warn('lease not renewed', { lease: lease.id, reason });
    if (reading.said === 'wait') schedule(lease, 1 / 10);
  }

  function release(): boolean {
    over.abort();
    for (const { timer } of held.values()) clearTimeout(timer);
    return held.size > 0;
  }

  return {
    add(lease) {
      if (!held.has(lease.id)) schedule(lease, 2 / 3);
    },
    release,
    async revoke() {
      release();
      await Promise.all([...held.values()].map(({ lease }) => giveBack(vault, lease, logger)));
      held.clear();
    },
  };
}

async function giveBack(vault: Vault, lease: VaultLease, logger: Logger): Promise<void> {
  for (let left = TRIES; left > 0; left -= 1) {
    const reading = await vault.revoke(lease, AbortSignal.timeout(WITHIN_MS));
    if (reading.said === 'found') return void logger.info('lease revoked', { lease: lease.id });
    if (reading.said === 'failed' || left === 1) {
      const reason = reading.said === 'wait' ? reading.because : reading.failure.detail;
      logger.warn('lease not revoked', { lease: lease.id, reason, endsWithinMs: lease.durationMs });
      return;
    }
  }
}
