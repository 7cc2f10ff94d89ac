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

/** The same without a word, where one stands beside it. */
export function StateIcon({ state }: { readonly state: string }) {
  const { label, tone, icon } = lookOf(state);
  return (
    <span className={`state-icon tone-${tone}`} title={label}>
      <Icon name={icon} className={icon === 'running' ? 'turning' : ''} />
      <span className="unseen">{label}</span>
    </span>
  );
}
