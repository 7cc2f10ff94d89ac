import type { State } from './state.js';

/** A group of a service that is deployed several times at once, as it was seen when its deployment was given up. */
export interface Group {
  readonly name: string;
  /** Absent when nobody looked, or nothing of it had been written yet. */
  readonly seen?: 'healthy' | 'progressing' | 'failed';
  /** What was seen of one that was not healthy. */
  readonly because?: string;
}

/** What became of a group. `unknown`: nobody knows what it runs; `untouched`: nothing of it was changed. */
export type GroupResult = 'waiting' | 'updated' | 'failed' | 'rolled_back' | 'untouched' | 'unknown';

/** What became of a group by the state of its deployment: all groups are written, judged and brought back together. */
export function resultOf(state: State, { seen }: Group): GroupResult {
  switch (state.name) {
    case 'held':
    case 'queued':
    case 'preparing':
    case 'deploying':
    case 'verifying':
      return 'waiting';
    case 'succeeded':
      return 'updated';
    case 'rolling_back':
      return seen === 'failed' ? 'failed' : 'waiting';
    case 'rolled_back':
      return 'rolled_back';
    case 'rollback_failed':
      return 'unknown';
    case 'cancelled':
    case 'expired':
      return 'untouched';
    case 'failed':
    case 'superseded':
      if (!state.wrote) return 'untouched';
      if (seen === 'healthy') return 'updated';
      return seen === 'failed' ? 'failed' : 'unknown';
  }
}
