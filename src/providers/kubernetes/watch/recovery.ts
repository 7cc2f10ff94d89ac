import { KubeStatusError } from '../transport.js';
import type { WatchTimes } from './watch-times.js';

/** What to do after a watch or a list broke. */
export interface Recovery {
  /** `resume`: watch on from the version that was reached; `relist`: that version is too old; `poll`: never watch. */
  readonly how: 'resume' | 'relist' | 'poll';
  readonly waitMs: number;
}

/** Decides it. `failures` counts those in a row, this one included; `random` is between 0 and 1. */
export function recoveryOf(
  error: unknown,
  during: 'list' | 'watch',
  failures: number,
  times: WatchTimes,
  random: number,
): Recovery {
  const backOff = Math.min(times.firstBackOff * 2 ** Math.min(failures - 1, 16), times.mostBackOff);
  // Watches that broke together must not all come back in the same moment.
  const waitMs = backOff * (0.5 + random);
  if (!(error instanceof KubeStatusError)) return { how: 'resume', waitMs };
  switch (error.status) {
    case 410:
      return { how: 'relist', waitMs: failures === 1 ? 0 : waitMs };
    case 401:
      // The transport asks for a token with every request, so a second try has a fresh one.
      return { how: 'resume', waitMs: failures === 1 ? 0 : waitMs };
    case 403:
      return during === 'watch' ? { how: 'poll', waitMs: 0 } : { how: 'relist', waitMs: times.denied };
    case 404:
      return { how: 'relist', waitMs: times.denied };
    default:
      return { how: 'resume', waitMs: Math.max(waitMs, (error.retryAfter ?? 0) * 1_000) };
  }
}
