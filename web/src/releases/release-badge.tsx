import { Icon, type IconName } from '../elements/icon.jsx';
import { StateBadge } from '../elements/state-badge.jsx';
import type { Tone } from '../elements/state.js';

/** States of releases and their members that no deployment has. */
const LOOKS: Readonly<Record<string, readonly [label: string, tone: Tone, icon: IconName]>> = {
  running: ['Running', 'busy', 'running'],
  waiting: ['Waiting', 'wait', 'queued'],
  refused: ['Refused', 'bad', 'cross'],
  skipped: ['Not started', 'calm', 'skip'],
  gone: ['Nobody knows: its record is gone', 'bad', 'cross'],
};

/** The state of a release or of one of its members. */
export function ReleaseBadge({ state }: { readonly state: string }) {
  const look = LOOKS[state];
  if (!look) return <StateBadge state={state} />;
  const [label, tone, icon] = look;
  return (
    <span className={`badge tone-${tone}`}>
      <Icon name={icon} className={icon === 'running' ? 'turning' : ''} />
      {label}
    </span>
  );
}
