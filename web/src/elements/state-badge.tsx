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
      {wordsOf(label, stage)}
    </span>
  );
}

function wordsOf(label: string, stage: string | undefined): string {
  if (stage === 'settle') return 'Cleaning up';
  return stage === undefined ? label : `${label} ${stage}`;
}
