import { Icon } from './icon.jsx';
import { lookOf } from './state.js';

/** The state of a deployment: drawing, word and colour. */
export function StateBadge({
  state,
  stage,
}: {
  readonly state: string;
  readonly stage?: string | undefined;
}) {
  const { label, tone, icon } = lookOf(state);
  return (
    <span className={`badge tone-${tone}`}>
      <Icon name={icon} className={icon === 'running' ? 'turning' : ''} />
      {stage === undefined ? label : `${label} ${stage}`}
    </span>
  );
}
