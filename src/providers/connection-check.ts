import type { ConnectionCheck } from '../shared/contract/connection.js';

/** What one look came to. */
export type Finding = Omit<ConnectionCheck, 'check'>;

/** Turns whatever a look has thrown into a finding; it must know every error. */
type Explain = (error: unknown) => Finding;

export function passed(seen: string): Finding {
  return { verdict: 'passed', seen };
}

export function failed(seen: string, todo: string): Finding {
  return { verdict: 'failed', seen, todo };
}

export function unknown(seen: string, todo: string): Finding {
  return { verdict: 'unknown', seen, todo };
}

/** How a check looks, and for how many milliseconds at most. */
export interface Look {
  readonly check: string;
  readonly withinMs: number;
  readonly explain: Explain;
  look(signal: AbortSignal): Promise<Finding>;
}

/** Makes one check. Throws only when `signal` aborts: the look is over then as a whole. */
export async function checked(
  { check, withinMs, explain, look }: Look,
  signal: AbortSignal,
): Promise<ConnectionCheck> {
  const limit = AbortSignal.timeout(withinMs);
  try {
    return { check, ...(await look(AbortSignal.any([signal, limit]))) };
  } catch (error) {
    signal.throwIfAborted();
    return { check, ...(limit.aborted ? late(withinMs) : explain(error)) };
  }
}

/** Checks that were not made, since they need what another one did not find. */
export function notMade(checks: readonly string[], because: ConnectionCheck): readonly ConnectionCheck[] {
  const seen = `Not looked at, since "${because.check}" did not pass`;
  return checks.map((check) => ({ check, verdict: 'unknown', seen }));
}

function late(withinMs: number): Finding {
  return failed(
    `No answer came within ${withinMs / 1_000} seconds`,
    'See whether a firewall or network policy drops what the workers send there, and whether the other side is overloaded',
  );
}
