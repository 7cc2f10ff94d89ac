import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { BlockerView } from '../../../src/shared/contract/blocker.js';
import { call } from '../api/call.js';
import { environmentsQuery, targetsQuery } from '../api/queries.js';
import { Button } from '../elements/button.jsx';
import { ProblemNote } from '../elements/note.jsx';
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
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => call('DELETE', `v1/blockers/${name}`),
    onSuccess: () => client.invalidateQueries(),
  });
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
        {remove.error && <ProblemNote error={remove.error} />}
      </span>
      <span className="actions">
        <Button onClick={() => onEdit(blocker)}>Edit {name}</Button>
        <Button look="danger" whyNot={denied} onClick={() => remove.mutate()}>
          Remove
        </Button>
      </span>
    </div>
  );
}

function State({ blocker }: { readonly blocker: BlockerView }) {
  const now = useNow();
  const targets = useQuery(targetsQuery);
  const environments = useQuery(environmentsQuery);
  const { service = '', environment = '' } =
    targetOf(blocker, targets.data ?? [], environments.data ?? []) ?? {};
  const byClock = blocker.rule.type === 'window';
  const windows = useQuery({
    ...windowsQuery(service, environment, DAYS),
    enabled: byClock && service !== '',
  });
  const isKnown = targets.data && environments.data && (service === '' || windows.data || windows.error);
  if (byClock && !isKnown) return <span className="faint">…</span>;
  if (byClock && windows.error) return <span className="faint">not known: {windows.error.message}</span>;
  const { word, tone, next, at } = stateOf(blocker, windows.data, now);
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
