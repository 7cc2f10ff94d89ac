import type { CancelWish } from '../shared/domain/deployment.js';
import type { Lease, Leases } from '../shared/store/lease.js';

/** Why a worker leaves: asked to, or because of an error that left the process in an unknown state. */
export type Leave = 'shutdown' | 'crash';

/** Why a run must stop touching its target. */
export type StopReason = 'fenced' | 'lease-watchdog' | 'taken-again' | Leave;

/** Whether what runs is to be handed over, rather than left to whoever owns it by now. */
export function isLeave(reason: unknown): reason is Leave {
  return reason === 'shutdown' || reason === 'crash';
}

/** Part of the lease after which, without a confirmed renewal, the owner stops by itself. */
const STOP_AT = 0.7;

export interface Heartbeat {
  /** The clock of Redis, in milliseconds, carried on by the monotonic clock of this process. */
  now(): number;
  /** Renews at once; resolves when Redis confirmed it. Rejects when it could not be confirmed. */
  beat(): Promise<void>;
  stop(): void;
}

interface HeartbeatDeps {
  readonly leases: Pick<Leases, 'renew' | 'leaseMs'>;
  readonly lease: Lease;
  /** Redis time of the claim. */
  readonly claimedAt: number;
  onStop(reason: StopReason): void;
  onCancel(wish: CancelWish): void;
}

/**
 * Renews the lease three times per its length. The watchdog needs no Redis: it trusts only renewals that were
 * answered, counts from the moment they were sent, and stops the run before the lease can have run out.
 */
export function startHeartbeat({ leases, lease, claimedAt, onStop, onCancel }: HeartbeatDeps): Heartbeat {
  let confirmed = performance.now();
  let redisTime = { at: confirmed, now: claimedAt };

  async function beat(): Promise<void> {
    const sent = performance.now();
    const answer = await leases.renew(lease);
    if (answer.said === 'fenced') {
      onStop('fenced');
      throw new Error('The lease of the target was lost');
    }
    confirmed = Math.max(confirmed, sent);
    redisTime = { at: performance.now(), now: answer.now };
    if (answer.cancel) onCancel(answer.cancel);
  }

  const beats = setInterval(() => void beat().catch(leaveToTheWatchdog), leases.leaseMs / 3);
  const watchdog = setInterval(() => {
    if (performance.now() - confirmed > leases.leaseMs * STOP_AT) onStop('lease-watchdog');
  }, leases.leaseMs / 20);

  return {
    now: () => redisTime.now + (performance.now() - redisTime.at),
    beat,
    stop() {
      clearInterval(beats);
      clearInterval(watchdog);
    },
  };
}

function leaveToTheWatchdog(error: unknown): void {
  void error;
}
