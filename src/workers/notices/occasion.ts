import type { Failure } from '../../shared/domain/failures.js';
import type { Deployment } from '../../shared/domain/deployment.js';
import { isEnded, type State, type StateName } from '../../shared/domain/state.js';

/** What is told: a state that a deployment has reached, with what is known of it now. */
export interface Occasion {
  readonly id: string;
  readonly deployment: Deployment;
  /** The state that was reached; the deployment may have gone on since. */
  readonly state: StateName;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Where people can look at it; absent without a public address. */
  readonly link?: string;
}

const WORDS: Readonly<Record<StateName, string>> = {
  held: 'is held',
  queued: 'waits for its turn',
  preparing: 'has started',
  deploying: 'is being deployed',
  verifying: 'is being verified',
  rolling_back: 'is being rolled back',
  succeeded: 'succeeded',
  rolled_back: 'was rolled back',
  rollback_failed: 'could not be rolled back',
  failed: 'failed',
  cancelled: 'was cancelled',
  superseded: 'was superseded',
  expired: 'expired',
};

/** One line for people: `shop-api 118 → staging was rolled back`. */
export function headlineOf(
  { service, environment, version }: Deployment['request'],
  state: StateName,
): string {
  return `${service} ${version} → ${environment} ${WORDS[state]}`;
}

/** Why it stands where it stands, in one sentence; undefined where that needs none. */
export function reasonOf(state: State): string | undefined {
  if (state.name === 'held') return state.because.map(({ text }) => text).join('; ');
  const failure = failureOf(state);
  return failure && `${failure.title}: ${failure.detail}`;
}

/** What a system that only knows a few states is told. */
export function progressOf(state: State): 'waiting' | 'running' | 'good' | 'bad' | 'broken' | 'gone' {
  if (state.name === 'held' || state.name === 'queued') return 'waiting';
  if (!isEnded(state)) return 'running';
  switch (state.name) {
    case 'succeeded':
      return 'good';
    case 'rolled_back':
    case 'failed':
    case 'expired':
      return 'bad';
    case 'rollback_failed':
      return 'broken';
    case 'cancelled':
    case 'superseded':
      return 'gone';
  }
}

function failureOf(state: State): Failure | undefined {
  if (state.name === 'rollback_failed') return state.failure;
  if ('cause' in state) return state.cause;
  if (state.name === 'succeeded') return state.unsettled;
  return 'failure' in state ? state.failure : undefined;
}
