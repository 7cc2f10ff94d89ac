import type { DeploymentView } from '../../../src/shared/contract/deployment-view.js';
import type { IconName } from './icon.jsx';

export type StateName = DeploymentView['state'];

/** Colour of a state: `busy` moves by itself, `wait` needs something, `calm` is over without harm or success. */
export type Tone = 'good' | 'busy' | 'wait' | 'warn' | 'bad' | 'calm';

interface Look {
  readonly label: string;
  readonly tone: Tone;
  readonly icon: IconName;
  /** One character for the title of the tab. */
  readonly sign: string;
}

const LOOKS: Readonly<Record<StateName, Look>> = {
  held: { label: 'Held', tone: 'wait', icon: 'pause', sign: '⏸' },
  queued: { label: 'Queued', tone: 'wait', icon: 'queued', sign: '○' },
  preparing: { label: 'Preparing', tone: 'busy', icon: 'running', sign: '◐' },
  deploying: { label: 'Deploying', tone: 'busy', icon: 'running', sign: '◐' },
  verifying: { label: 'Verifying', tone: 'busy', icon: 'running', sign: '◐' },
  rolling_back: { label: 'Rolling back', tone: 'warn', icon: 'running', sign: '↺' },
  succeeded: { label: 'Succeeded', tone: 'good', icon: 'check', sign: '✓' },
  rolled_back: { label: 'Rolled back', tone: 'warn', icon: 'undo', sign: '↺' },
  rollback_failed: { label: 'Rollback failed', tone: 'bad', icon: 'cross', sign: '✗' },
  failed: { label: 'Failed', tone: 'bad', icon: 'cross', sign: '✗' },
  cancelled: { label: 'Cancelled', tone: 'calm', icon: 'slash', sign: '⊘' },
  superseded: { label: 'Superseded', tone: 'calm', icon: 'skip', sign: '⊘' },
  expired: { label: 'Expired', tone: 'calm', icon: 'clock', sign: '⊘' },
};

/** How a state is shown; one that this page does not know yet is shown by its name. */
export function lookOf(state: string): Look {
  return LOOKS[state as StateName] ?? { label: state, tone: 'calm', icon: 'queued', sign: '○' };
}
