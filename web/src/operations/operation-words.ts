import type { OperationView } from '../../../src/shared/contract/live-operation.js';
import type { IconName } from '../elements/icon.jsx';
import type { Tone } from '../elements/state.js';

type Kind = OperationView['kind'];
type State = OperationView['state'];

const KINDS: Readonly<Record<Kind, string>> = {
  'restart-pod': 'Restart of a pod',
  restart: 'Restart',
  evict: 'Eviction',
  scale: 'Scaling',
  pause: 'Pause of the rollout',
  resume: 'Resumption of the rollout',
  logs: 'Logs pulled',
};

const STATES: Readonly<Record<State, readonly [label: string, tone: Tone, icon: IconName]>> = {
  queued: ['Queued', 'wait', 'queued'],
  running: ['Running', 'busy', 'running'],
  succeeded: ['Done', 'good', 'check'],
  failed: ['Failed', 'bad', 'cross'],
  expired: ['Expired', 'calm', 'clock'],
  cancelled: ['Cancelled', 'calm', 'slash'],
};

/** What it is, in words: `Scaling, Deployment/shop-api to 3 pods`. */
export function wordsOf({ kind, subject }: Pick<OperationView, 'kind' | 'subject'>): string {
  // An API that is newer than this page may know more.
  const what = (KINDS as Readonly<Record<string, string>>)[kind] ?? kind;
  return subject === undefined ? what : `${what}: ${subject}`;
}

/** How a state is shown. */
export function lookOfOperation(state: State) {
  const [label, tone, icon] = STATES[state] ?? [state, 'calm', 'queued'];
  return { label, tone, icon };
}

/** Why it was not done, why it was asked for, what it waits for and what came of it: whatever of these is known. */
export function saidOf({ failure, because, done, reason }: OperationView): string {
  return [failure?.detail, reason, because, ...(done ?? [])].filter((each) => each !== undefined).join(' · ');
}

/** Whether it has come to an end. */
export function hasEnded({ state }: Pick<OperationView, 'state'>): boolean {
  return state !== 'queued' && state !== 'running';
}
