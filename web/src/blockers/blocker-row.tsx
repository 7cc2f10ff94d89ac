import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { WindowsView } from '../../../src/shared/contract/blocker-check.js';
import type { BlockerView } from '../../../src/shared/contract/blocker.js';
import type { TargetView } from '../../../src/shared/contract/configuration.js';
import { environmentsQuery, targetsQuery } from '../api/queries.js';
import { RemoveDialog } from '../elements/remove-dialog.jsx';
import { RowActions } from '../elements/row-actions.jsx';
import { Ago, useNow } from '../elements/time.jsx';
import { windowsQuery } from './blocker-queries.js';
import { stateOf, targetOf } from './blocker-state.js';
import { sayRule, sayScope } from './say-blocker.js';

/** Days to look ahead for the next change of a blocker: as many as the API counts. */
const DAYS = 92;

/** A blocker with how it is just now. */
export function BlockerRow({
  blocker,
  denied,
  onEdit,
}: {
  readonly blocker: BlockerView;
  readonly denied: string | undefined;
  readonly onEdit: (blocker: BlockerView) => void;
}) {
  const { blocker: name, rule, scope, reason, mode = 'hold' } = blocker;
  const [isRemoved, setIsRemoved] = useState(false);
  return (
    <div className="row blocker-row">
      <span>
        <strong>{name}</strong>
        <span className="tag">{mode}</span>
      </span>
      <State blocker={blocker} />
      <span className="blocker-rule">
        {sayRule(rule)} <span className="faint">{sayScope(scope)}</span>
        {reason && <span className="faint"> · {reason}</span>}
      </span>
      <RowActions
        name={name}
        onEdit={() => onEdit(blocker)}
        onRemove={() => setIsRemoved(true)}
        denied={denied}
      />
      {isRemoved && (
        <RemoveDialog name={name} path={`v1/blockers/${name}`} onClose={() => setIsRemoved(false)}>
          What it holds starts by itself then.
        </RemoveDialog>
      )}
    </div>
  );
}

function State({ blocker }: { readonly blocker: BlockerView }) {
  const targets = useQuery(targetsQuery);
  const environments = useQuery(environmentsQuery);
  if (blocker.rule.type !== 'window') return <Words blocker={blocker} windows={undefined} />;
  const failed = targets.error ?? environments.error;
  if (failed) return <Unknown error={failed} />;
  if (!targets.data || !environments.data) return <span className="faint">…</span>;
  const target = targetOf(blocker, targets.data, environments.data);
  if (!target) return <Words blocker={blocker} windows={undefined} />;
  return <Hours blocker={blocker} target={target} />;
}

/** As the clock has it, for a target that the blocker is about. */
function Hours({
  blocker,
  target: { service, environment },
}: {
  readonly blocker: BlockerView;
  readonly target: TargetView;
}) {
  const windows = useQuery(windowsQuery(service, environment, DAYS));
  if (windows.data) return <Words blocker={blocker} windows={windows.data} />;
  return windows.error ? <Unknown error={windows.error} /> : <span className="faint">…</span>;
}

function Words({
  blocker,
  windows,
}: {
  readonly blocker: BlockerView;
  readonly windows: WindowsView | undefined;
}) {
  const { word, tone, next, at } = stateOf(blocker, windows, useNow());
  return (
    <span>
      <span className={`badge tone-${tone}`}>{word}</span>{' '}
      {at !== undefined && (
        <span className="faint">
          {next} <Ago at={at} />
        </span>
      )}
    </span>
  );
}

function Unknown({ error }: { readonly error: Error }) {
  return <span className="badge tone-bad">Not known: {error.message}</span>;
}
