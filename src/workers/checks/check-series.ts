import type { Check } from '../../shared/contract/policy.js';
import { failure } from '../../shared/domain/failures.js';
import { done, failed, wait, type Outcome } from '../../shared/domain/outcome.js';
import type { AddressGuard } from './address-guard.js';
import { tryHttp } from './http-check.js';
import type { Sample } from './sample.js';
import { tryTcp } from './tcp-check.js';

interface SeriesInput {
  readonly checks: readonly Check[];
  readonly version: string;
  readonly guard: AddressGuard;
  say(line: string, level: 'info' | 'warn'): void;
}

/** A round of tries. `elapsedMs` counts from the start of the stage, in the provider's time. */
export interface Round {
  readonly base: string | undefined;
  readonly elapsedMs: number;
  readonly signal: AbortSignal;
}

export type CheckSeries = (round: Round) => Promise<Outcome>;

/**
 * The active checks of one target. Each call tries every check that has not passed once and answers like a step.
 * Counts live in memory: after a crash the series starts anew, which costs time and never proves anything wrongly.
 */
export function createCheckSeries({ checks, version, guard, say }: SeriesInput): CheckSeries {
  const open = checks.map((check) => ({ check, good: 0, bad: 0 }));
  return async ({ base, elapsedMs, signal }) => {
    const pending = open.filter(({ check, good }) => good < (check.successes ?? 1));
    await Promise.all(
      pending.map(async (entry) => {
        const sample = await tryOnce(entry.check, base, version, guard, signal);
        count(entry, sample, elapsedMs);
        say(`${nameOf(entry.check)}: ${sample.seen}`, sample.good ? 'info' : 'warn');
        if (!sample.good && sample.final) entry.bad = Infinity;
      }),
    );
    if (signal.aborted) return wait(0, 'interrupted');
    return verdictOf(open);
  };
}

function verdictOf(entries: readonly { check: Check; good: number; bad: number }[]): Outcome {
  const forbidden = entries.find(({ bad }) => bad === Infinity);
  if (forbidden)
    return failed(
      failure('check.forbidden', `${nameOf(forbidden.check)} cannot be called as configured; see the log`),
    );
  const broken = entries.find(({ check, bad }) => bad >= (check.failures ?? 3));
  if (broken)
    return failed(failure('check.failed', `${nameOf(broken.check)} failed ${broken.bad} times in a row`));
  const pending = entries.filter(({ check, good }) => good < (check.successes ?? 1));
  if (pending.length === 0) return done;
  const pause = Math.min(...pending.map(({ check }) => check.intervalMs ?? 5_000));
  return wait(pause, `${pending.length} of ${entries.length} checks have not passed yet`);
}

function count(entry: { check: Check; good: number; bad: number }, sample: Sample, elapsedMs: number): void {
  if (sample.good) {
    entry.good += 1;
    entry.bad = 0;
    return;
  }
  entry.good = 0;
  if (elapsedMs >= (entry.check.graceMs ?? 30_000)) entry.bad += 1;
}

function tryOnce(
  check: Check,
  base: string | undefined,
  version: string,
  guard: AddressGuard,
  signal: AbortSignal,
): Promise<Sample> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(check.timeoutMs ?? 5_000)]);
  return check.type === 'http'
    ? tryHttp(check, base, version, guard, limited)
    : tryTcp(check, guard, limited);
}

function nameOf(check: Check): string {
  return check.type === 'http' ? `GET ${check.url}` : `connect ${check.host}:${check.port}`;
}
